import type { DeviceFacts } from '@gatehouse/contract';
import { fact } from '../fact.ts';
import { below } from '../read.ts';

type Hardware = NonNullable<DeviceFacts['hardware']>;

const MOST = 64;
const LONGEST = 128;
const SECTOR_BYTES = 512;
const KIB = 1024;

/** What makers leave in the fields that they did not fill in. */
const FILLER =
  /^(to be filled.*|default string|system (manufacturer|product name|serial number)|none|not (specified|applicable)|unknown|0+|x+|n\/?a|\.+)$/i;
const HYPERVISORS =
  /qemu|kvm|vmware|virtualbox|innotek|xen|bochs|parallels|hyper-v|virtual machine|amazon ec2|google compute|openstack|bhyve|firecracker/i;
/** Disks of the kernel's own making. */
const VIRTUAL_DISK = /^(loop|ram|zram|dm-|md|sr|fd|nbd)/;

const told = (value: string | null): string | null => (value && !FILLER.test(value) ? value.slice(0, LONGEST) : null);

/** x86 says `model name`; ARM says it nowhere, and the board's name stands in the device tree. */
const processorOf = (cpuinfo: string): Pick<Hardware, 'processor' | 'processorCores'> => {
  const values = (name: string) => [...cpuinfo.matchAll(new RegExp(`^${name}\\s*:\\s*(.*)$`, 'gm'))].map(([, v]) => v);
  const [name = null] = values('model name');
  const threads = values('processor').length;
  return { processor: told(name ?? null), processorCores: threads > 0 ? threads : null };
};

const adaptersOf = async (read: ReturnType<typeof below>): Promise<Hardware['networkAdapters']> => {
  const adapters = [];
  for (const name of (await read.names('sys/class/net')).sort()) {
    // Bridges, tunnels and the like have no device behind them.
    if (!(await read.exists(`sys/class/net/${name}/device`))) continue;
    const macAddress = await read.line(`sys/class/net/${name}/address`);
    if (!macAddress || macAddress === '00:00:00:00:00:00') continue;
    const speed = Number(await read.line(`sys/class/net/${name}/speed`));
    adapters.push({
      name: name.slice(0, 64),
      macAddress: macAddress.slice(0, 32),
      speedMbit: Number.isFinite(speed) && speed > 0 ? speed : null,
    });
  }
  return adapters.slice(0, MOST);
};

const storageOf = async (read: ReturnType<typeof below>): Promise<Hardware['storage']> => {
  const disks = [];
  for (const name of (await read.names('sys/block')).sort()) {
    if (VIRTUAL_DISK.test(name)) continue;
    const sectors = Number(await read.line(`sys/block/${name}/size`));
    if (!Number.isFinite(sectors) || sectors <= 0) continue;
    disks.push({
      name: name.slice(0, 64),
      model: told(await read.line(`sys/block/${name}/device/model`)),
      sizeBytes: sectors * SECTOR_BYTES,
    });
  }
  return disks.slice(0, MOST);
};

/** What the device is made of, as firmware and kernel tell it; null where they say nothing. */
export const hardware = fact({
  name: 'hardware',
  async collect({ root }) {
    const read = below(root);
    const dmi = (name: string) => read.line(`sys/class/dmi/id/${name}`);
    const board = (await read.text('proc/device-tree/model'))?.replaceAll('\0', '').trim() ?? null;
    const cpuinfo = (await read.text('proc/cpuinfo')) ?? '';
    const memoryKib = /^MemTotal:\s+(\d+) kB$/m.exec((await read.text('proc/meminfo')) ?? '')?.[1];
    const [vendor, model] = [await dmi('sys_vendor'), await dmi('product_name')];
    const isHypervisor = HYPERVISORS.test(`${vendor} ${model}`) || /^flags\s*:.*\bhypervisor\b/m.test(cpuinfo);
    const isKnown = vendor !== null || board !== null || cpuinfo !== '';
    return {
      vendor: told(vendor),
      model: told(model) ?? told(board),
      serialNumber: told(await dmi('product_serial')),
      ...processorOf(cpuinfo),
      memoryBytes: memoryKib === undefined ? null : Number(memoryKib) * KIB,
      virtualMachine: isKnown ? isHypervisor : null,
      networkAdapters: await adaptersOf(read),
      storage: await storageOf(read),
    };
  },
});
