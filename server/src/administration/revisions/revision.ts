import type { ObjectKind, Revision as ShownRevision } from '@gatehouse/contract';
import type { Doer } from '../../platform/http/index.ts';
import type { Json } from './difference.ts';

/** What an object is apart from its id, as JSON; no secret is in it. */
export type ObjectState = { [field: string]: Json };

/** An object with a history. */
export interface RevisedObject {
  kind: ObjectKind;
  id: string;
  name: string;
  /** Null: of the whole server. */
  tenantId: string | null;
  /** The user whose private thing it is; null or left out: nobody's. */
  ownerId?: string | null;
}

/** One save of an object. */
export interface Save {
  object: RevisedObject;
  /** Null: the object was not there. */
  before: ObjectState | null;
  /** Null: the object is gone. */
  after: ObjectState | null;
  doer: Doer;
  at: Date;
  /** The revision that this save brings back. */
  rolledBackTo?: number;
}

export interface Revision extends Doer {
  id: number;
  object: RevisedObject;
  number: number;
  at: Date;
  action: ShownRevision['action'];
  description: string;
  rolledBackTo: number | null;
  /** Null: the object was deleted. */
  state: ObjectState | null;
  /** The newest of its object. */
  isLast: boolean;
}
