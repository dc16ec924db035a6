import { datetime, type EntitySpec, id, picklist, reference, serverSet, text } from './entity.ts';

/** Notes are written under their ticket only, and read at both places. */
export const ticketNotes: EntitySpec = {
  name: 'TicketNotes',
  singular: 'TicketNote',
  readable: true,
  rootWrites: [],
  child: { parent: 'Tickets', path: 'Notes', parentField: 'ticketID', writes: ['POST', 'PATCH', 'PUT'] },
  udfType: null,
  fields: [
    id,
    reference('ticketID', 'Tickets', { required: true, createOnly: true }),
    text('title', 250),
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
