import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import { type ReactNode, useState } from 'react';
import { platformMessages } from './messages.ts';
import { useText } from './texts.ts';

/** Numbers drawn, and the same numbers as a table. */
export const ChartOrTable = ({
  title,
  description,
  chart,
  table,
}: {
  title: string;
  description?: string;
  chart: ReactNode;
  table: { columns: string[]; rows: (string | number)[][] };
}) => {
  const text = useText(platformMessages);
  const [as, setAs] = useState<'chart' | 'table'>('chart');
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h2"
          description={description}
          actions={
            <SegmentedControl
              label={text('chartOrTable', { label: title })}
              selectedId={as}
              options={[
                { id: 'chart', text: text('chart') },
                { id: 'table', text: text('table') },
              ]}
              onChange={({ detail }) => setAs(detail.selectedId === 'table' ? 'table' : 'chart')}
            />
          }
        >
          {title}
        </Header>
      }
    >
      {as === 'chart' ? (
        chart
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="gh-numbers" aria-label={title} tabIndex={0}>
          <table>
            <caption className="gh-unseen">{title}</caption>
            <thead>
              <tr>
                {table.columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map(([first, ...others]) => (
                <tr key={String(first)}>
                  <th scope="row">{first}</th>
                  {others.map((value, at) => (
                    <td key={table.columns[at + 1]}>{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Container>
  );
};
