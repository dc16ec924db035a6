import { boolean, type EntitySpec, id, picklist, text } from './entity.ts';

/** Ticket categories. What they demand (fields, due date) is set by an administrator: see the category rules. */
export const ticketCategories: EntitySpec = {
  name: 'TicketCategories',
  singular: 'TicketCategory',
  readable: true,
  rootWrites: ['PATCH', 'PUT'],
  child: null,
  udfType: null,
  fields: [
    id,
    text('name', 30, { required: true }),
    text('nickname', 3),
    boolean('isActive', { required: true }),
    boolean('isApiOnly', { default: false }),
    boolean('isGlobalDefault', { readOnly: true, default: false }),
    picklist('displayColorRGB', { required: true }),
  ],
};
