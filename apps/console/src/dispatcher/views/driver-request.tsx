import { type Column, DataTable } from '../../shared/data-table.tsx';
import { Panel } from '../../shared/parts.tsx';
import type { DriverDetails, NamedValue } from '../model/driver.ts';

/** What was submitted, as the dispatcher shows it: without secrets. */
export function DriverRequest({ driver }: { driver: DriverDetails }) {
  const { appResource, mainClass, properties, environment } = driver;
  const command: NamedValue[] = [
    { name: 'Application', value: appResource },
    ...(mainClass === '' ? [] : [{ name: 'Main class', value: mainClass }]),
    ...driver.arguments.map((value, index) => ({ name: `Argument ${index + 1}`, value })),
  ];
  return (
    <>
      <Values title="Command" values={command} empty="" />
      <Values title="Spark properties" values={properties} empty="None were set." />
      <Values title="Environment" values={environment} empty="Nothing was set." />
    </>
  );
}

function Values({ title, values, empty }: { title: string; values: readonly NamedValue[]; empty: string }) {
  return (
    <Panel title={title} count={values.length}>
      <DataTable caption={title} columns={COLUMNS} rows={values} keyOf={({ name }) => name} empty={empty} />
    </Panel>
  );
}

const COLUMNS: readonly Column<NamedValue>[] = [
  {
    title: 'Name',
    width: 26,
    isHeading: true,
    cell: ({ name }) => <span class="id">{name}</span>,
    sortBy: ({ name }) => name,
  },
  {
    title: 'Value',
    onPhone: 'plain-line',
    cell: ({ value }) => (value === '' ? <span class="faint">empty</span> : <span class="id">{value}</span>),
    sortBy: ({ value }) => value,
  },
];
