import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** A column: what it is called, what it shows, and by what it is sorted (not at all, if by nothing). */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly sortBy?: (row: Row) => number | string;
  readonly align?: 'right';
  /** By what a server that sorts the rows itself is to sort them. */
  readonly order?: string;
  /** In rem: tables of the same columns line up. A column without one takes what is left. */
  readonly width?: number;
  /** `wide` columns go first when the window is narrow; on a phone every column is a line of its own. */
  readonly only?: 'wide' | 'widest';
  /** Where it stands in a phone's card; the others flow below, each with its title (a `plain-line` and the `last-line` without). */
  readonly onPhone?: 'beside-heading' | 'own-line' | 'plain-line' | 'last-line' | 'line-start' | 'line-end';
  /** Makes the column stand out as the row's heading. */
  readonly isHeading?: boolean;
}

interface Sorting {
  readonly column: number;
  readonly descending: boolean;
}

/** The order of rows that a server has sorted: one of the columns' `order`, and its direction. */
export interface ServerOrder {
  readonly by: string;
  readonly descending: boolean;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** What to say where there are no rows. */
  readonly empty: ComponentChildren;
  /** The rows come sorted: a press on a heading asks for another order instead of sorting what is here. */
  readonly server?: { readonly order: ServerOrder; readonly onOrder: (order: ServerOrder) => void };
}

/** So many rows are drawn at once; drawing ten thousand each second would make the page crawl. */
const ROWS_AT_ONCE = 100;

/** A table that sorts by a press on a heading (or has its server do so), shows long lists in parts and becomes a list of cards on a phone. */
export function DataTable<Row>({ caption, columns, rows, keyOf, empty, server }: DataTableProps<Row>) {
  const [sorting, setSorting] = useState<Sorting>();
  const [limit, setLimit] = useState(ROWS_AT_ONCE);
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  const shown = sorted(rows, columns, sorting).slice(0, limit);
  return (
    <>
      <table class="data" aria-label={caption}>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <Heading
                key={column.title}
                column={column}
                {...(server
                  ? orderedByServer(column, server)
                  : sortedHere(column, index, sorting, setSorting))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.title} class={classOf(column)} data-label={column.title}>
                  <div class="cell">{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > limit && (
        <p class="more">
          <button type="button" onClick={() => setLimit(limit + 5 * ROWS_AT_ONCE)}>
            Show more
          </button>{' '}
          {shown.length} of {rows.length} are shown
        </p>
      )}
    </>
  );
}

interface Ordering {
  /** undefined: it cannot be sorted by this. */
  readonly onPress: (() => void) | undefined;
  readonly direction: 'none' | 'ascending' | 'descending';
}

function Heading<Row>({ column, onPress, direction }: { column: Column<Row> } & Ordering) {
  if (!onPress) {
    return (
      <th scope="col" class={classOf(column)} style={widthOf(column)}>
        {column.title}
      </th>
    );
  }
  return (
    <th scope="col" class={classOf(column)} style={widthOf(column)} aria-sort={direction}>
      <button type="button" onClick={onPress}>
        {column.title}
      </button>
    </th>
  );
}

function sortedHere<Row>(
  column: Column<Row>,
  index: number,
  sorting: Sorting | undefined,
  onSort: (sorting: Sorting | undefined) => void,
): Ordering {
  const current = sorting?.column === index ? sorting : undefined;
  const onPress = () => onSort(nextSorting(current, index, column.align === 'right'));
  return { onPress: column.sortBy && onPress, direction: directionOf(current) };
}

function orderedByServer<Row>(
  { order: by }: Column<Row>,
  { order, onOrder }: NonNullable<DataTableProps<Row>['server']>,
): Ordering {
  if (by === undefined) return { onPress: undefined, direction: 'none' };
  const current = order.by === by ? order : undefined;
  const onPress = () => onOrder({ by, descending: current ? !current.descending : false });
  return { onPress, direction: directionOf(current) };
}

function directionOf(sorting: { readonly descending: boolean } | undefined): Ordering['direction'] {
  if (!sorting) return 'none';
  return sorting.descending ? 'descending' : 'ascending';
}

/** Presses go through both directions and back to the order in which the rows came; figures begin with the largest. */
function nextSorting(current: Sorting | undefined, column: number, figures: boolean): Sorting | undefined {
  if (!current) return { column, descending: figures };
  return current.descending === figures ? { column, descending: !figures } : undefined;
}

function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | undefined,
): readonly Row[] {
  const sortBy = sorting && columns[sorting.column]?.sortBy;
  if (!sorting || !sortBy) return rows;
  const direction = sorting.descending ? -1 : 1;
  return [...rows].sort((left, right) => direction * compare(sortBy(left), sortBy(right)));
}

function compare(left: number | string, right: number | string): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right), undefined, { numeric: true, sensitivity: 'base' });
}

function widthOf<Row>(column: Column<Row>): { width?: string } {
  return column.width === undefined ? {} : { width: `${column.width}rem` };
}

function classOf<Row>(column: Column<Row>): string {
  return [column.align, column.only, column.onPhone, column.isHeading && 'heading'].filter(Boolean).join(' ');
}
