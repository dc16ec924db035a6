/** Whether a text has the shape of our host ids; any other names no host, and would be refused by the store. */
export const isHostId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
