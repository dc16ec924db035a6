import Button from '@cloudscape-design/components/button';
import { taskTypes } from '@gatehouse/contract';
import {
  FilterBox,
  ProblemAlert,
  paths,
  useAddress,
  useFollow,
  useKeysetPages,
  useMay,
  usePageTitle,
  useSay,
  useText,
  useUrlState,
} from '../platform/index.ts';
import { taskMessages } from './messages.ts';
import { TaskTableView } from './TaskTableView.tsx';
import { TaskListSearch, useTaskActs, useTaskList } from './useTasks.ts';

export const TaskListScreen = () => {
  const text = useText(taskMessages);
  const say = useSay();
  const address = useAddress();
  const follow = useFollow();
  const mayWrite = useMay()('tasks:write');
  const [search, change] = useUrlState(TaskListSearch);
  const pages = useKeysetPages(search.after);
  const { tasks, tenants, scope } = useTaskList(search);
  const { start } = useTaskActs();
  usePageTitle(text('title'));
  const { text: words, type, tenantId } = search;
  return (
    <>
      <ProblemAlert problem={start.error} />
      <TaskTableView
        variant="full-page"
        label={text('title')}
        answer={tasks}
        withClient={scope === undefined}
        pages={pages}
        settings={{ limit: search.limit, columns: search.columns, onChange: (given) => change(given) }}
        filter={
          <FilterBox
            label={text('title')}
            placeholder={text('filterPlaceholder')}
            values={{ text: words, type, tenantId }}
            properties={[
              {
                key: 'type',
                label: text('type'),
                options: taskTypes.map((value) => ({ value, label: text(value) })),
              },
              ...(scope === undefined
                ? [
                    {
                      key: 'tenantId',
                      label: text('client'),
                      options: (tenants.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
                    },
                  ]
                : []),
            ]}
            onChange={(values) => change(values)}
          />
        }
        isFiltered={Boolean(words || type?.length || tenantId?.length)}
        onClearFilters={() => change({ text: undefined, type: undefined, tenantId: undefined })}
        actions={
          mayWrite && (
            <Button variant="primary" href={address(paths.taskNew)} onFollow={follow}>
              {text('add')}
            </Button>
          )
        }
        starting={start.isPending ? (start.variables?.params.taskId ?? null) : null}
        onStart={(task) =>
          start.mutate(
            { params: { taskId: task.id }, body: {} },
            { onSuccess: () => say({ type: 'success', content: text('started', { name: task.settings.name }) }) },
          )
        }
      />
    </>
  );
};
