import type { MappingPlanLine } from '@gatehouse/contract';
import { AppError, Conflict, InvalidInput, type Issue, NotFound } from '../../platform/errors/index.ts';

/** Some of several changes cannot be made, so none was; each is named with its reason. */
export class MappingsRefused extends AppError {
  override readonly code = 'mapping.refused';
  override readonly httpStatus = 409;
  override readonly issues: Issue[];
  constructor(issues: Issue[]) {
    const [first] = issues;
    super(
      issues.length === 1 && first
        ? `Nothing was saved: ${first.what}`
        : `Nothing was saved: ${issues.length} of the changes cannot be made`,
    );
    this.issues = issues;
  }
}

/** Somebody else was faster; nothing was saved. */
export class MappingChangedMeanwhile extends Conflict {
  constructor() {
    super('mapping.changed-meanwhile', 'Somebody else changed one of these mappings just now: look again');
  }
}

const where: Record<NonNullable<MappingPlanLine['problem']>['field'], string> = {
  tenant: 'sourceTenantId',
  account: 'accountId',
  billing: 'billing',
  contract: 'billing.contractId',
};

/** @throws MappingsRefused when one of the lines cannot be */
export const requireAllPossible = (lines: readonly MappingPlanLine[]): void => {
  const issues = lines.flatMap(({ problem }, at) =>
    problem ? [{ where: `body.changes.${at}.${where[problem.field]}`, what: problem.message }] : [],
  );
  if (issues.length > 0) throw new MappingsRefused(issues);
};

const wrongInput = new Set(['mapping.account-unknown', 'mapping.account-inactive']);

/** For the call that speaks of one tenant. @throws NotFound, InvalidInput, Conflict */
export const requirePossible = ({ problem, sourceTenantId }: MappingPlanLine): void => {
  if (!problem) return;
  if (problem.code === 'mapping.tenant-unknown') throw new NotFound('tenant', sourceTenantId);
  const code = problem.code as `${string}.${string}`;
  if (!wrongInput.has(code)) throw new Conflict(code, problem.message);
  throw new InvalidInput(problem.message, [{ where: 'body.accountId', what: problem.message }], code);
};
