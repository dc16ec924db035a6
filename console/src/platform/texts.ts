import { type MessageDescriptor, useIntl } from 'react-intl';

/** The texts of one module by key. Ids are `<module>.<key>`, so that a translation is one flat file. */
export type Messages<Key extends string> = Record<Key, MessageDescriptor>;

/** Values that a text can have in its places: `{count, plural, …}`. */
export type TextValues = Record<string, string | number | boolean | Date | null | undefined>;

export const messagesOf = <const Key extends string>(module: string, texts: Record<Key, string>): Messages<Key> =>
  Object.fromEntries(
    Object.entries(texts).map(([key, defaultMessage]) => [key, { id: `${module}.${key}`, defaultMessage }]),
  ) as Messages<Key>;

/** Says a text of a module in the user's language. */
export const useText = <Key extends string>(messages: Messages<Key>) => {
  const intl = useIntl();
  return (key: Key, values?: TextValues): string => {
    const descriptor: MessageDescriptor = messages[key];
    return intl.formatMessage(descriptor, values);
  };
};
