import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { platformMessages } from './messages.ts';
import { ApiProblem } from './problem.ts';
import { useText } from './texts.ts';

/** Says what went wrong and what to do; draws nothing without a problem. */
export const ProblemAlert = ({ problem, onRetry }: { problem: unknown; onRetry?(): void }) => {
  const text = useText(platformMessages);
  if (!problem) return null;
  const action = onRetry && <Button onClick={onRetry}>{text('retry')}</Button>;
  if (!(problem instanceof ApiProblem)) {
    const message = problem instanceof Error ? problem.message : String(problem);
    return (
      <Alert type="error" header={text('problemTitle')} action={action}>
        {text('problemUnknown', { message })}
      </Alert>
    );
  }
  return (
    <Alert type="error" header={text('problemTitle')} action={action}>
      <div>{problem.message}</div>
      {problem.issues.length > 0 && (
        <ul className="gh-issues">
          {problem.issues.map(({ where, what }) => (
            <li key={`${where} ${what}`}>
              {where && <code>{where}</code>} {what}
            </li>
          ))}
        </ul>
      )}
      {problem.retryable && <div>{text('problemMayPass')}</div>}
      <Box variant="small" color="inherit">
        {problem.requestId
          ? text('problemReference', { code: problem.code, requestId: problem.requestId })
          : text('problemCode', { code: problem.code })}
      </Box>
    </Alert>
  );
};
