import * as contract from '@gatehouse/contract';
import { type HttpDouble, Refusal } from './http.ts';
import type { World } from './world.ts';

const level = (
  enabled: boolean,
  value: number | string | null = null,
  choices: string[] = [],
): contract.LevelSetting => ({
  enabled,
  value,
  choices,
});
const condition = (
  key: string,
  title: string,
  [critical, warning]: [contract.LevelSetting, contract.LevelSetting],
  more: Partial<contract.StatusCondition> = {},
): contract.StatusCondition => ({
  key,
  title,
  comparison: more.number ? 'above' : 'is',
  number: null,
  choice: null,
  choices: null,
  requires: [],
  knownBy: 'The agent says so.',
  defaults: { critical, warning, locked: false },
  ...more,
});
const visible = 'The device is visible on the network';

/** A condition of every kind. */
const conditions: contract.StatusCondition[] = [
  condition('activeThreats', 'Active threats are detected', [level(true, 0), level(false, 0)], {
    number: { unit: 'objects', smallest: 0, largest: null },
  }),
  condition('securityAppNotInstalled', 'Security application is not installed', [level(true), level(false)], {
    requires: ['The agent is installed'],
  }),
  condition('databasesOutdated', 'Databases are outdated', [level(true, 7), level(true, 3)], {
    number: { unit: 'days', smallest: 1, largest: null },
    requires: [visible, 'A security application is installed', 'The device has been known for 1 day or more'],
  }),
  condition(
    'rtpLevelDiffers',
    'Real-time protection level differs from the level set by the Administrator',
    [level(false, 'running'), level(false, 'running')],
    {
      requires: [visible],
      choice: {
        label: 'Wanted level',
        options: [
          { key: 'stopped', title: 'Stopped' },
          { key: 'running', title: 'Running' },
        ],
      },
    },
  ),
  condition(
    'vulnerabilities',
    'Software vulnerabilities have been detected',
    [level(false, 'critical'), level(true, 'critical')],
    {
      requires: [visible, 'The agent is installed'],
      choice: {
        label: 'Severity level',
        options: [
          { key: 'critical', title: 'Critical' },
          { key: 'high', title: 'High or graver' },
        ],
      },
      choices: {
        label: 'Leave out',
        fewest: 0,
        options: [{ key: 'ignore-unfixable', title: 'Ignore if the vulnerability cannot be fixed' }],
      },
    },
  ),
  condition('restartRequired', 'Restart is required', [level(false), level(true, 1440, ['kernel', 'other'])], {
    requires: [visible],
    number: { unit: 'minutes', smallest: 0, largest: null },
    choices: {
      label: 'Reasons',
      fewest: 1,
      options: [
        { key: 'kernel', title: 'Kernel or firmware was updated' },
        { key: 'other', title: 'Any other reason, or none named' },
      ],
    },
  }),
  condition('encryptionStatus', 'Invalid encryption status', [level(false), level(true, null, ['error'])], {
    requires: ['The agent is installed'],
    choices: {
      label: 'Results',
      fewest: 1,
      options: [
        { key: 'error', title: 'Does not comply with the policy due to an error' },
        { key: 'no-policy', title: 'No encryption policy is specified' },
      ],
    },
  }),
  condition('outOfDiskSpace', 'Device is out of disk space', [level(false, 0), level(true, 1024)], {
    comparison: 'below',
    number: { unit: 'MB', smallest: 0, largest: null },
  }),
];

/** Settings of groups and what they come to, with inheritance and locks. */
export const answerStatuses = (http: HttpDouble, world: World) => {
  const { on } = http;
  const own = new Map<string, contract.ConditionSetting>();
  const groupOf = (id: number | null) => world.groups.find((group) => group.id === id);
  const at = (groupId: number, key: string) => own.get(`${groupId} ${key}`);

  const settingsOf = (groupId: number): contract.ConditionSettings[] => {
    const way: number[] = [];
    for (let group = groupOf(groupId); group; group = groupOf(group.parentId)) way.unshift(group.id);
    return conditions.map((one) => {
      let setting = one.defaults;
      let from: number | null = null;
      let lockedBy: number | null = null;
      for (const id of way) {
        const here = at(id, one.key);
        if (!here || lockedBy !== null) continue;
        setting = here;
        from = id;
        if (here.locked && id !== groupId) lockedBy = id;
      }
      const place = (id: number | null) =>
        id === null || id === groupId ? null : { groupId: id, name: groupOf(id)?.name ?? '' };
      return { ...one, setting, own: from === groupId, inheritedFrom: place(from), lockedBy: place(lockedBy) };
    });
  };

  on(contract.listStatusConditions, () => ({ items: conditions }));
  on(contract.getStatusSettings, ({ params }) => ({ conditions: settingsOf(params.groupId) }));
  on(contract.changeStatusSettings, ({ params, body }) => {
    for (const { condition: key, setting } of body.changes) {
      const locked = settingsOf(params.groupId).find((one) => one.key === key)?.lockedBy;
      if (locked) throw new Refusal(409, 'status-settings.locked', `It is locked by “${locked.name}”`);
      if (setting) own.set(`${params.groupId} ${key}`, setting);
      else own.delete(`${params.groupId} ${key}`);
    }
    return { conditions: settingsOf(params.groupId) };
  });
  on(contract.previewStatusSettings, ({ params, body }) => {
    const here = world.devices.filter(({ groupId }) => groupId === params.groupId);
    const moved = body.changes.some(({ setting }) => setting?.critical.enabled) ? here.slice(0, 3) : [];
    return {
      devices: here.length,
      moves: moved.length > 0 ? [{ from: 'warning' as const, to: 'critical' as const, devices: moved.length }] : [],
      worse: moved.length,
      better: 0,
      examples: moved.map(({ id, name }) => ({ id, name, from: 'warning' as const, to: 'critical' as const })),
    };
  });
};
