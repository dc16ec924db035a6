import own from '../package.json' with { type: 'json' };

export const agentVersion: string = own.version;
export const agentProduct = { name: 'Gatehouse agent', version: agentVersion };
