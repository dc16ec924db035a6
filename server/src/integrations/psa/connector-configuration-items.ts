/** A field of a kind of items. Names have at most 45 characters. */
export interface ItemField {
  name: string;
  kind: 'text' | 'number' | 'date';
}

/** A kind of items that Gatehouse keeps in the PSA, with fields of its own. */
export interface ItemKind {
  /** At most 100 characters. */
  name: string;
  fields: ItemField[];
}

/** A product of the PSA's catalogue; every item is an example of one. */
export interface PsaProduct {
  id: string;
  name: string;
  isActive: boolean;
}

/** Days are `YYYY-MM-DD`. */
export type ItemValue = string | number | null;

export interface WantedItem {
  /** Unique for ever, at most 100 characters; kept in the PSA, so that after an unknown outcome it can be asked for. */
  key: string;
  accountId: string;
  productId: string;
  /** The name of its kind. */
  kind: string;
  title: string;
  /** By field name; null empties. Fields that are not named stay as they are. */
  values: Record<string, ItemValue>;
}

/**
 * Items that the PSA keeps about an account, and reports on. Every method may throw what PsaConnector's may, and may be
 * called again after any failure.
 */
export interface PsaConfigurationItems {
  /** All products, active and inactive, by name. */
  products(): Promise<PsaProduct[]>;
  /**
   * Makes what the kinds need and is missing: type, layout, fields. None of it is made twice.
   * @throws PsaFieldLimitReached
   */
  prepare(kinds: ItemKind[]): Promise<void>;
  /**
   * Sees to it that the account has one active item of this key with these values: makes it, changes what differs, or
   * does nothing. Further items of the key are switched off. Prepare its kind first.
   * @throws PsaReferenceInvalid when account or product are gone; PsaRefused when the PSA does not keep a value
   */
  put(item: WantedItem): Promise<{ itemId: string; how: 'created' | 'changed' | 'same' }>;
  /** Switches off all items of this key; they keep their values. */
  retire(item: { key: string; accountId: string }): Promise<'retired' | 'was-retired'>;
}
