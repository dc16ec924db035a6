import { type EffectivePolicySetting, ENDPOINT_AGENT, type PolicyContent, policyValue } from '@gatehouse/contract';
import { Conflict, InvalidInput, type Issue } from '../../platform/errors/index.ts';
import { settingsSet, titleOfSetting, touchedSettings } from './policy.ts';

const issuesOf = (content: PolicyContent): Issue[] => {
  const issues: Issue[] = [];
  const parts = [
    { where: 'body', values: content },
    ...content.profiles.map((profile, at) => ({ where: `body.profiles[${at}]`, values: profile })),
  ];
  for (const { where, values } of parts) {
    for (const key of values.locked) {
      if (policyValue(values.settings, key) === undefined) {
        issues.push({
          where: `${where}.locked`,
          what: `“${titleOfSetting(key)}” is not set here, so it cannot be locked`,
        });
      }
    }
  }
  content.profiles.forEach(({ name }, at) => {
    if (content.profiles.findIndex((other) => other.name === name) < at) {
      issues.push({ where: `body.profiles[${at}].name`, what: `There is another profile named “${name}”` });
    }
  });
  return issues;
};

/** @throws InvalidInput with every place that is wrong */
export const checkContent = (application: string, content: PolicyContent): void => {
  if (application !== ENDPOINT_AGENT && (settingsSet(content).length > 0 || content.profiles.length > 0)) {
    throw new InvalidInput(
      `Settings of ${application} are not known here: a policy of it configures its events only`,
      [{ where: 'body.settings', what: `can be set in policies of ${ENDPOINT_AGENT} only` }],
      'policy.no-settings',
    );
  }
  const issues = issuesOf(content);
  if (issues.length > 0) throw new InvalidInput('Some of the policy cannot be; nothing was saved', issues);
};

/**
 * @param inherited what comes from above
 * @throws Conflict `policy.locked` when a save touches what is locked above
 */
export const requireUnlocked = (
  before: PolicyContent | null,
  after: PolicyContent,
  inherited: readonly EffectivePolicySetting[],
): void => {
  const touched = touchedSettings(before, after);
  const lock = inherited.find(({ key, locked }) => locked && touched.includes(key));
  if (!lock) return;
  throw new Conflict(
    'policy.locked',
    `“${titleOfSetting(lock.key)}” is locked by the policy “${lock.from.policyName}” of group ` +
      `“${lock.from.groupName}”: change it there, or take the lock off there`,
  );
};
