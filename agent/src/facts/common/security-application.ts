import { fact } from '../fact.ts';

/** The scan engine; null when none is installed. */
export const securityApplication = fact({
  name: 'securityApplication',
  async collect({ scanner, realTimeProtection }) {
    const engine = await scanner?.state();
    if (!engine) return null;
    const { state, method } = await realTimeProtection();
    return {
      product: engine.product.slice(0, 32),
      name: engine.name.slice(0, 256),
      version: engine.version.slice(0, 64),
      running: engine.running,
      rtpState: state,
      rtpMethod: method,
    };
  },
});
