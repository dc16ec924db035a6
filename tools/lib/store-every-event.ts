import { getFrequentEventSettings, putFrequentEventSettings } from '../../contract/src/index.ts';
import type { Api } from './api.ts';

/** For what sends far more equal events than a client does and wants to find each of them: switches blocking off. */
export const storeEveryEvent = async (api: Api): Promise<void> => {
  const { settings } = await api.call(getFrequentEventSettings, {});
  await api.call(putFrequentEventSettings, { body: { ...settings, enabled: false } });
};
