import { addSource, changeSource, deleteSource, listMappings, listSources, testSource } from '@gatehouse/contract';
import { useAsk, useTell } from '../api/index.ts';

const changes = [listSources, listMappings];

export const useSources = () => ({
  sources: useAsk(listSources, {}, { topics: ['integrations'] }),
  add: useTell(addSource, { changes }),
  change: useTell(changeSource, { changes }),
  remove: useTell(deleteSource, { changes }),
  test: useTell(testSource, { changes: [listSources] }),
});
