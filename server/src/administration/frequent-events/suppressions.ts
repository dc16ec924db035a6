import type { SuppressedEvent } from '@gatehouse/contract';
import type { Arrival } from '../events/index.ts';
import { type NumberRange, rangesOf } from './ranges.ts';
import type { Suppression, TakenNumbers } from './store.ts';

/** A kind in the list, as memory holds it. */
export interface ListedKind {
  id: string;
  key: string;
  isBlocked: boolean;
  lastFrequentAt: Date;
  displayVersionMin: string;
  displayVersionMax: string;
  /** Devices with a count of their own. */
  devices: Set<string>;
}

/** Devices of a kind that are counted one by one; those that come later are counted together. */
export const MOST_DEVICES = 1000;

const versions = new Intl.Collator('en', { numeric: true });

const toSuppressed = ({ event, batch }: Arrival, now: Date): SuppressedEvent => ({
  deviceId: batch.sender.deviceId,
  deviceName: batch.sender.deviceName,
  riseTime: event.riseTime,
  registrationTime: now.toISOString(),
  description: event.description ?? '',
});

/** Gathers what one flush keeps out, to be written in few statements. */
export class Suppressions {
  readonly #now: Date;
  readonly #byKind = new Map<
    ListedKind,
    { arrivals: Arrival[]; devices: Map<string, { name: string; count: number }> }
  >();
  readonly #bySender = new Map<string, { sender: string; epoch: string; numbers: number[] }>();

  constructor(now: Date) {
    this.#now = now;
  }

  add(kind: ListedKind, arrival: Arrival): void {
    const { sender, epoch } = arrival.batch;
    const deviceId = sender.deviceId ?? '';
    let ofKind = this.#byKind.get(kind);
    if (!ofKind) {
      ofKind = { arrivals: [], devices: new Map() };
      this.#byKind.set(kind, ofKind);
    }
    ofKind.arrivals.push(arrival);
    if (!kind.devices.has(deviceId) && kind.devices.size < MOST_DEVICES) kind.devices.add(deviceId);
    const counted = kind.devices.has(deviceId) ? deviceId : '';
    const device = ofKind.devices.get(counted);
    if (device) device.count += 1;
    else ofKind.devices.set(counted, { name: counted === '' ? '' : sender.deviceName, count: 1 });

    const row = `${deviceId} ${epoch}`;
    const ofSender = this.#bySender.get(row);
    if (ofSender) ofSender.numbers.push(arrival.event.seq);
    else this.#bySender.set(row, { sender: deviceId, epoch, numbers: [arrival.event.seq] });
  }

  get isEmpty(): boolean {
    return this.#byKind.size === 0;
  }

  counts(): { kind: ListedKind; count: number; tenantId: string }[] {
    return [...this.#byKind].map(([kind, { arrivals }]) => ({
      kind,
      count: arrivals.length,
      tenantId: arrivals[0]?.batch.sender.tenantId ?? '',
    }));
  }

  forRows(): Suppression[] {
    return [...this.#byKind].flatMap(([kind, { arrivals, devices }]) => {
      const [first, last] = [arrivals[0], arrivals.at(-1)];
      if (!first || !last) return [];
      let { displayVersionMin: min, displayVersionMax: max } = kind;
      for (const { event } of arrivals) {
        const version = event.product?.displayVersion ?? '';
        if (version === '' || version === min || version === max) continue;
        if (min === '' || versions.compare(version, min) < 0) min = version;
        if (max === '' || versions.compare(version, max) > 0) max = version;
      }
      kind.displayVersionMin = min;
      kind.displayVersionMax = max;
      return [
        {
          id: kind.id,
          count: arrivals.length,
          first: toSuppressed(first, this.#now),
          last: toSuppressed(last, this.#now),
          displayVersionMin: min,
          displayVersionMax: max,
          devices: [...devices].map(([deviceId, { name, count }]) => ({ deviceId, deviceName: name, count })),
        },
      ];
    });
  }

  taken(): TakenNumbers[] {
    return [...this.#bySender.values()].map(({ sender, epoch, numbers }) => ({
      sender,
      epoch,
      ranges: rangesOf(numbers) satisfies NumberRange[],
    }));
  }
}
