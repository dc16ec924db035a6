import { PsaBusy } from '../errors.ts';

const HOUR_MS = 3_600_000;
/** Autotask allows three requests at once per entity; the third stays free for the MSP's other uses of the same identifier. */
const AT_ONCE_PER_ENTITY = 2;
const URGENT_ONLY_ABOVE = 0.75;
const NOTHING_ABOVE = 0.98;

/**
 * Keeps one connector inside Autotask's limits: requests at once per entity, and the rolling hour that all
 * integrations of a database share. `urgent` is what opens or closes a ticket; the rest waits when it gets tight.
 */
export class Limits {
  readonly #clock: () => Date;
  readonly #sharePercent: number;
  readonly #inFlight = new Map<string, number>();
  readonly #queues = new Map<string, (() => void)[]>();
  /** Times of our own requests in the last hour, oldest first. */
  #own: number[] = [];
  #threshold = 10_000;
  /** Requests of the whole database in the last hour, as last told. */
  #used = 0;
  #toldAt = 0;

  constructor({ clock, sharePercent }: { clock: () => Date; sharePercent: number }) {
    this.#clock = clock;
    this.#sharePercent = sharePercent;
  }

  /** Waits for a free slot of the entity. @throws PsaBusy when the hour's share is used up */
  async enter(entity: string, urgent: boolean): Promise<() => void> {
    this.#checkHour(urgent);
    const busy = this.#inFlight.get(entity) ?? 0;
    if (busy < AT_ONCE_PER_ENTITY) {
      this.#inFlight.set(entity, busy + 1);
    } else {
      const queue = this.#queues.get(entity) ?? [];
      this.#queues.set(entity, queue);
      await new Promise<void>((go) => queue.push(go)); // the slot is handed over, so the count stays
    }
    this.#own.push(this.#clock().getTime());
    return () => {
      const next = this.#queues.get(entity)?.shift();
      if (next) next();
      else this.#inFlight.set(entity, (this.#inFlight.get(entity) ?? 1) - 1);
    };
  }

  #checkHour(urgent: boolean): void {
    const hourAgo = this.#clock().getTime() - HOUR_MS;
    this.#own = this.#own.filter((at) => at > hourAgo);
    const ownCap = Math.floor((this.#threshold * this.#sharePercent) / 100);
    const oldest = this.#own[0];
    if (this.#own.length >= ownCap && oldest !== undefined) {
      throw new PsaBusy(
        `Gatehouse used its share of ${ownCap} requests an hour; raise the share in the integration's settings if this happens often`,
        { retryAfterSeconds: Math.max(1, Math.ceil((oldest + HOUR_MS - this.#clock().getTime()) / 1000)) },
      );
    }
    // What others use counts as told for as long as it is fresh; our own requests since then are not in it.
    const usage = this.#toldAt > hourAgo ? this.#used / this.#threshold : 0;
    if (usage >= NOTHING_ABOVE || (usage >= URGENT_ONLY_ABOVE && !urgent)) {
      throw new PsaBusy(
        `The Autotask database used ${Math.round(usage * 100)} % of its requests of this hour, by all integrations together`,
        { retryAfterSeconds: 300 },
      );
    }
  }

  /** True at most every five minutes, once there is something to know. */
  wantsReading(): boolean {
    return this.#clock().getTime() - this.#toldAt > 5 * 60_000;
  }

  /** What ThresholdInformation told, or null when it could not be read: then the next try is five minutes away too. */
  told(reading: { threshold: number; used: number } | null): void {
    this.#toldAt = this.#clock().getTime();
    if (!reading) return;
    this.#threshold = reading.threshold;
    this.#used = reading.used;
  }
}
