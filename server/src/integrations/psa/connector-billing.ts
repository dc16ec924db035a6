/** A service of the PSA's price list. */
export interface PsaService {
  id: string;
  name: string;
  isActive: boolean;
  /** How often it is billed, in the PSA's words; empty when it does not tell. */
  periodType: string;
  /** As the PSA writes it, without a currency; empty when it does not tell. */
  unitPriceText: string;
}

/** A contract that services can be billed in. Days are `YYYY-MM-DD`; both ends count in. */
export interface PsaContract {
  id: string;
  name: string;
  startsOn: string;
  endsOn: string;
  isActive: boolean;
  /** Its last day has passed. */
  isExpired: boolean;
}

/** A span of days in which a contract has so many units of a service. Days are `YYYY-MM-DD`; both ends count in. */
export interface UnitRange {
  serviceId: string;
  /** The contract's line of this service; a contract may have several of one service. */
  lineId: string;
  startsOn: string;
  endsOn: string;
  units: number;
  /** It was billed: changes in these days are no longer taken. */
  isPosted: boolean;
}

/** One change of the units of a service in a contract, from a day on. */
export interface UnitChange {
  contractId: string;
  serviceId: string;
  /** What is added, or taken when it is negative; not the new total. */
  unitChange: number;
  /** `YYYY-MM-DD` */
  effectiveOn: string;
  /** Unique for ever. A PSA that keeps it takes a change once; others cannot, and are asked for their units after doubt. */
  key: string;
}

/**
 * The billing side of a PSA. Every method may throw what PsaConnector's may; the words are those of the PSA.
 */
export interface PsaBilling {
  /** All services, active and inactive, by name, from a cache of at most some minutes; `fresh` reads them again. */
  services(options?: { fresh?: boolean }): Promise<PsaService[]>;
  /** Contracts of an account that take recurring services, also those that expired or are inactive, by name. */
  contracts(accountId: string): Promise<PsaContract[]>;
  /** One contract by its id; null when the PSA has none of this id that takes recurring services. */
  contract(contractId: string): Promise<PsaContract | null>;
  /** Units of all services of a contract over all its days, as they are now. */
  units(contractId: string): Promise<UnitRange[]>;
  /**
   * Changes the units from a day on; a service that the contract lacks is added.
   * @throws PsaOutcomeUnknown when it may be stored or not: read the units before it is sent again
   * @throws PsaRefused, PsaReferenceInvalid
   */
  adjust(change: UnitChange): Promise<{ adjustmentId: string }>;
}
