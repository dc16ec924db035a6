import type { CallPriority, PsaUsage } from '../connector.ts';
import { PsaBusy } from '../errors.ts';

const HOUR_MS = 3_600_000;
const READING_MS = 5 * 60_000;
/** Autotask allows three requests at once per entity; the third stays free for the MSP's other uses of the same identifier. */
const AT_ONCE_PER_ENTITY = 2;

/** Who goes first, and above which part of the hour's requests a call has to wait. */
const priorities = {
  close: { rank: 0, upTo: 1 },
  create: { rank: 1, upTo: 1 },
  note: { rank: 2, upTo: 0.9 },
  billing: { rank: 3, upTo: 0.75 },
  sync: { rank: 4, upTo: 0.75 },
} as const satisfies Record<CallPriority, { rank: number; upTo: number }>;
/** Of the whole database even the most urgent leave a little: other integrations would be stopped with us. */
const DATABASE_UP_TO = 0.98;

interface Waiting {
  rank: number;
  go(): void;
}

/**
 * Keeps one connector inside Autotask's limits: requests at once per entity, and the rolling hour that all
 * integrations of a database share. When it gets tight, what closes and opens tickets goes on and the rest waits.
 */
export class Limits {
  readonly #clock: () => Date;
  readonly #sharePercent: number;
  readonly #inFlight = new Map<string, number>();
  /** By entity; the most urgent first, and among equals the one that came first. */
  readonly #queues = new Map<string, Waiting[]>();
  /** Times of our own requests in the last hour, oldest first. */
  #own: number[] = [];
  #threshold = 10_000;
  /** Requests of the whole database in the last hour, as last told. */
  #used = 0;
  #toldAt = 0;
  #askedAt = 0;

  constructor({ clock, sharePercent }: { clock: () => Date; sharePercent: number }) {
    this.#clock = clock;
    this.#sharePercent = sharePercent;
  }

  /** Waits for a free slot of the entity. @throws PsaBusy when the hour's part for calls of this priority is used up */
  async enter(entity: string, priority: CallPriority): Promise<() => void> {
    this.#checkHour(priority);
    const busy = this.#inFlight.get(entity) ?? 0;
    if (busy < AT_ONCE_PER_ENTITY) {
      this.#inFlight.set(entity, busy + 1);
    } else {
      const queue = this.#queues.get(entity) ?? [];
      this.#queues.set(entity, queue);
      const { rank } = priorities[priority];
      const place = queue.findIndex((waiting) => waiting.rank > rank);
      // The slot is handed over, so the count stays.
      await new Promise<void>((go) => queue.splice(place === -1 ? queue.length : place, 0, { rank, go }));
    }
    this.#own.push(this.#clock().getTime());
    return () => {
      const next = this.#queues.get(entity)?.shift();
      if (next) next.go();
      else this.#inFlight.set(entity, (this.#inFlight.get(entity) ?? 1) - 1);
    };
  }

  #forgetOld(): number {
    const hourAgo = this.#clock().getTime() - HOUR_MS;
    const first = this.#own.findIndex((at) => at > hourAgo);
    if (first !== 0) this.#own = first === -1 ? [] : this.#own.slice(first);
    return hourAgo;
  }

  #ownCap(): number {
    return Math.max(1, Math.floor((this.#threshold * this.#sharePercent) / 100));
  }

  #checkHour(priority: CallPriority): void {
    const hourAgo = this.#forgetOld();
    const { upTo } = priorities[priority];
    const isPartial = upTo < 1;
    const cap = Math.max(1, Math.floor(this.#ownCap() * upTo));
    if (this.#own.length >= cap) {
      // When as many of the oldest have left the hour as are too many, there is room for one.
      const leaves = this.#own[this.#own.length - cap] ?? this.#clock().getTime();
      throw new PsaBusy(
        isPartial
          ? `Gatehouse used ${Math.round(upTo * 100)} % of its share of ${this.#ownCap()} requests an hour; the rest is kept for tickets that open and close`
          : `Gatehouse used its share of ${this.#ownCap()} requests an hour; raise the share in the integration's settings if this happens often`,
        { retryAfterSeconds: Math.max(1, Math.ceil((leaves + HOUR_MS - this.#clock().getTime()) / 1000)), isPartial },
      );
    }
    // What others use counts as told for as long as it is fresh; our own requests since then are not in it.
    const usage = this.#toldAt > hourAgo ? this.#used / this.#threshold : 0;
    if (usage >= Math.min(upTo, DATABASE_UP_TO)) {
      throw new PsaBusy(
        `The Autotask database used ${Math.round(usage * 100)} % of its requests of this hour, by all integrations together`,
        { retryAfterSeconds: READING_MS / 1000, isPartial },
      );
    }
  }

  /** True at most every five minutes, once there is something to know. */
  wantsReading(): boolean {
    return this.#clock().getTime() - this.#askedAt > READING_MS;
  }

  /** What ThresholdInformation told, or null when it could not be read: then the next try is five minutes away too. */
  told(reading: { threshold: number; used: number } | null): void {
    this.#askedAt = this.#clock().getTime();
    if (!reading) return;
    this.#toldAt = this.#askedAt;
    this.#threshold = reading.threshold;
    this.#used = reading.used;
  }

  /** For people who ask how much is left. */
  usage(): PsaUsage {
    this.#forgetOld();
    return {
      threshold: this.#threshold,
      used: this.#used,
      toldAt: this.#toldAt === 0 ? null : new Date(this.#toldAt),
      own: this.#own.length,
      ownCap: this.#ownCap(),
    };
  }
}
