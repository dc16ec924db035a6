import type { Permission } from '@gatehouse/contract';
import { createContext, useContext } from 'react';

/** The rights of who is signed in. The server checks them again: here they only decide what is drawn. */
export const Rights = createContext<readonly Permission[]>([]);

export const useMay = () => {
  const rights = useContext(Rights);
  return (permission: Permission): boolean => rights.includes(permission);
};
