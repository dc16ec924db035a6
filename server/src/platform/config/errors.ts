import { InvalidInput, type Issue } from '../errors/index.ts';

/** Settings are wrong or unknown; the server does not start on half of them. `issues` name flag, variable or file key. */
export class ConfigInvalid extends InvalidInput {
  constructor(issues: Issue[]) {
    const lines = issues.map(({ where, what }) => `  ${where}: ${what}`).join('\n');
    super(`The settings are not right:\n${lines}`, issues, 'config.invalid');
  }
}
