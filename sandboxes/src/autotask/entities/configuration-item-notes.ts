import { datetime, type EntitySpec, id, picklist, reference, serverSet, text } from './entity.ts';

/** Notes of a configuration item, written under it. */
export const configurationItemNotes: EntitySpec = {
  name: 'ConfigurationItemNotes',
  singular: 'ConfigurationItemNote',
  readable: true,
  rootWrites: [],
  child: {
    parent: 'ConfigurationItems',
    path: 'Notes',
    parentField: 'configurationItemID',
    writes: ['POST', 'PATCH', 'PUT'],
  },
  udfType: null,
  fields: [
    id,
    reference('configurationItemID', 'ConfigurationItems', { required: true, createOnly: true }),
    text('title', 250, { required: true }),
    text('description', 32_000, { required: true }),
    picklist('noteType', { required: true }),
    picklist('publish', { required: true }),
    ...serverSet(
      datetime('createDateTime'),
      reference('creatorResourceID', 'Resources'),
      reference('impersonatorCreatorResourceID', 'Resources'),
      datetime('lastActivityDate'),
    ),
  ],
  stamp: ({ values, previous, now, actorResourceId, impersonatorResourceId }) => {
    if (!previous) {
      values.createDateTime = now.toISOString();
      values.creatorResourceID = actorResourceId;
      values.impersonatorCreatorResourceID = impersonatorResourceId;
    }
    values.lastActivityDate = now.toISOString();
  },
};
