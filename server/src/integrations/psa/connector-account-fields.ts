/** A text field on the MSP's accounts that Gatehouse makes and fills. */
export interface AccountField {
  /** At most 45 characters. Where the PSA has a field of this name and another kind, the PSA's own gets a number. */
  name: string;
  /** What it holds, for the MSP's people; at most 128 characters. */
  description: string;
}

/**
 * Fields of our own on the MSP's accounts. Every method may throw what PsaConnector's may, and may be called again
 * after any failure.
 */
export interface PsaAccountFields {
  /**
   * Makes fields that are missing and switches on again what somebody switched off. One that is as it should be is not
   * touched, and none is made twice.
   * @throws PsaFieldLimitReached
   */
  ensure(fields: AccountField[]): Promise<void>;
  /**
   * Writes values by field name; null empties. Reads them back, and makes the fields anew when the PSA lost them.
   * Values that are there already are not written again.
   * @throws PsaFieldLimitReached; PsaRefused when the PSA does not keep a value
   */
  write(
    accountId: string,
    fields: AccountField[],
    values: Record<string, string | null>,
  ): Promise<'written' | 'was-there' | 'account-gone'>;
}
