/** The Administration Server as the product of its own events: its code and version on the wire (KSC Open API). */
export const SERVER_PRODUCT = { name: '1093', version: '1.0.0.0' };
