import type { Quantities } from '../resources/resource-set.ts';

/** Under a role that has both frameworks and roles below it, this child stands for its own frameworks. */
const OWN_LEAF = '.';
/** Clusters have few kinds of resources: cpus, mem, disk, gpus, and what else somebody thinks of. */
const FEW_NAMES = 4;

/**
 * All that there is to share out; the epoch changes with it, so that sorters see that shares are stale. Each name of a
 * resource has a number here: sorters reckon in rows of plain numbers, which is what a cycle mostly does.
 */
export class ClusterTotals {
  readonly #columns = new Map<string, number>();
  #row = new Float64Array(FEW_NAMES);
  epoch = 0;

  /** Which number of a row this resource is. */
  columnOf(name: string): number {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    const column = this.#columns.size;
    this.#columns.set(name, column);
    if (column >= this.#row.length) this.#row = longer(this.#row, column);
    return column;
  }

  change(quantities: Quantities, sign: 1 | -1): void {
    for (const [name, milli] of quantities) {
      const column = this.columnOf(name);
      this.#row[column] = (this.#row[column] ?? 0) + sign * milli;
    }
    this.epoch++;
  }

  /** The greatest part of anything that there is. */
  dominantShare(amounts: Float64Array): number {
    const totals = this.#row;
    const length = Math.min(amounts.length, totals.length);
    let share = 0;
    for (let column = 0; column < length; column++) {
      const [amount, total] = [amounts[column] as number, totals[column] as number];
      if (total > 0 && amount / total > share) share = amount / total;
    }
    return share;
  }
}

function longer(row: Float64Array, column: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(Math.max(column + 1, row.length * 2));
  grown.set(row);
  return grown;
}

class SorterNode<T> {
  readonly path: string;
  readonly name: string;
  readonly parent: SorterNode<T> | undefined;
  readonly children = new Map<string, SorterNode<T>>();
  allocated = new Float64Array(FEW_NAMES);
  /** What {@link DrfSorter.sorted} gives for this node, when it stands for a client itself. */
  client: T | undefined;
  weight = 1;
  /** How often it was given something. */
  count = 0;
  /** Dominant share per weight. */
  share = 0;
  /** How many clients at and below it take part. */
  activeCount = 0;
  /** Its children that have anybody to give to, the one that is owed most first; made when asked for. */
  order: SorterNode<T>[] | undefined;

  constructor(path: string, name: string, parent: SorterNode<T> | undefined) {
    this.path = path;
    this.name = name;
    this.parent = parent;
  }

  add(column: number, milli: number): void {
    if (column >= this.allocated.length) this.allocated = longer(this.allocated, column);
    this.allocated[column] = (this.allocated[column] as number) + milli;
  }
}

function compare<T>(a: SorterNode<T>, b: SorterNode<T>): number {
  if (a.share !== b.share) return a.share - b.share;
  if (a.count !== b.count) return a.count - b.count;
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}

/** Where a node stands, or would have to stand, in a sorted list. */
function placeOf<T>(node: SorterNode<T>, order: readonly SorterNode<T>[]): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(order[middle] as SorterNode<T>, node) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Dominant resource fairness over a tree of names (`eng/spark` stands below `eng`): among brothers the one
 * with the smallest dominant share per weight comes first, then the one that was served less often, then by
 * name. Frameworks within a role are a flat tree of the same kind. A change moves one node of each level; a
 * cycle over many agents never sorts anew.
 */
export class DrfSorter<T> {
  readonly #root = new SorterNode<T>('', '', undefined);
  readonly #leaves = new Map<string, SorterNode<T>>();
  readonly #weights = new Map<string, number>();
  readonly #totals: ClusterTotals;
  /** What is being booked just now, name by name. */
  readonly #columns: number[] = [];
  readonly #amounts: number[] = [];
  #epoch = -1;

  constructor(totals: ClusterTotals) {
    this.#totals = totals;
  }

  setWeight(path: string, weight: number): void {
    this.#weights.set(path, weight);
    // Shares have the weight in them; all are reckoned anew.
    this.#epoch = -1;
  }

  weightOf(path: string): number {
    return this.#weights.get(path) ?? 1;
  }

  /** How many clients there are, whether they take part or not. */
  get size(): number {
    return this.#leaves.size;
  }

  get activeCount(): number {
    return this.#root.activeCount;
  }

  /** Adds a client, which takes part when {@link setActive} says so. */
  add(path: string, client: T): void {
    if (this.#leaves.has(path)) return;
    const names = path.split('/');
    let node = this.#root;
    names.forEach((name, index) => {
      node = this.#child(node, name, names.slice(0, index + 1).join('/'));
    });
    const leaf = this.#child(node, OWN_LEAF, `${path}/${OWN_LEAF}`);
    leaf.client = client;
    this.#leaves.set(path, leaf);
  }

  remove(path: string): void {
    const leaf = this.#leaves.get(path);
    if (leaf === undefined) return;
    this.setActive(path, false);
    this.#leaves.delete(path);
    let count = 0;
    for (const milli of leaf.allocated) {
      this.#columns[count] = count;
      this.#amounts[count++] = -milli;
    }
    this.#apply(leaf, count, false);
    for (let node = leaf; node.parent !== undefined && node.children.size === 0; node = node.parent) {
      node.parent.children.delete(node.name);
    }
  }

  has(path: string): boolean {
    return this.#leaves.has(path);
  }

  get(path: string): T | undefined {
    return this.#leaves.get(path)?.client;
  }

  /** All clients in no order, whether they take part or not. */
  *all(): Iterable<T> {
    for (const { client } of this.#leaves.values()) if (client !== undefined) yield client;
  }

  setActive(path: string, isActive: boolean): void {
    const leaf = this.#leaves.get(path);
    const by = isActive ? 1 : -1;
    if (leaf === undefined || leaf.activeCount === (isActive ? 1 : 0)) return;
    for (let node: SorterNode<T> | undefined = leaf; node !== undefined; node = node.parent) {
      node.activeCount += by;
      if (node.parent !== undefined) node.parent.order = undefined;
    }
  }

  allocated(path: string, quantities: Quantities): void {
    const leaf = this.#leaves.get(path);
    if (leaf !== undefined) this.#book(leaf, quantities, 1);
  }

  recovered(path: string, quantities: Quantities): void {
    const leaf = this.#leaves.get(path);
    if (leaf !== undefined) this.#book(leaf, quantities, -1);
  }

  /** The dominant share of a client and all below it, weight left out of account. */
  shareOf(path: string): number {
    const node = this.#leaves.get(path)?.parent;
    return node === undefined ? 0 : this.#totals.dominantShare(node.allocated);
  }

  /** Clients that take part, the one that is owed most first. The list does not change under its reader. */
  sorted(): readonly T[] {
    const clients: T[] = [];
    this.find((client) => {
      clients.push(client);
      return false;
    });
    return clients;
  }

  /** The first client, in the same order, that the check is true for; it must not change what anybody has. */
  find(check: (client: T) => boolean): T | undefined {
    this.#refresh();
    return findIn(this.#root, check);
  }

  #child(parent: SorterNode<T>, name: string, path: string): SorterNode<T> {
    const existing = parent.children.get(name);
    if (existing !== undefined) return existing;
    const node = new SorterNode<T>(path, name, parent);
    node.weight = this.#weights.get(path) ?? 1;
    parent.children.set(name, node);
    return node;
  }

  #book(leaf: SorterNode<T>, quantities: Quantities, sign: 1 | -1): void {
    let count = 0;
    for (const [name, milli] of quantities) {
      this.#columns[count] = this.#totals.columnOf(name);
      this.#amounts[count++] = sign * milli;
    }
    this.#apply(leaf, count, sign === 1);
  }

  #apply(leaf: SorterNode<T>, count: number, isGiven: boolean): void {
    for (let node = leaf; node.parent !== undefined; node = node.parent) {
      const order = node.activeCount > 0 ? node.parent.order : undefined;
      const from = order === undefined ? 0 : placeOf(node, order);
      for (let index = 0; index < count; index++) {
        node.add(this.#columns[index] as number, this.#amounts[index] as number);
      }
      if (isGiven) node.count++;
      node.share = this.#totals.dominantShare(node.allocated) / node.weight;
      if (order !== undefined && !move(order, from, node)) node.parent.order = undefined;
    }
  }

  /** Reckons all shares anew after the totals or a weight have changed. */
  #refresh(): void {
    if (this.#epoch === this.#totals.epoch) return;
    this.#epoch = this.#totals.epoch;
    const visit = (node: SorterNode<T>) => {
      node.order = undefined;
      node.weight = this.#weights.get(node.path) ?? 1;
      node.share = this.#totals.dominantShare(node.allocated) / node.weight;
      for (const child of node.children.values()) visit(child);
    };
    visit(this.#root);
  }
}

/** Takes the node, whose key has changed, from its old place and puts it where it belongs; false when it was not there. */
function move<T>(order: SorterNode<T>[], from: number, node: SorterNode<T>): boolean {
  if (order[from] !== node) return false;
  let at = from;
  for (let next = order[at + 1]; next !== undefined && compare(next, node) < 0; next = order[at + 1]) {
    order[at++] = next;
  }
  for (let next = order[at - 1]; next !== undefined && compare(next, node) > 0; next = order[at - 1]) {
    order[at--] = next;
  }
  order[at] = node;
  return true;
}

function findIn<T>(node: SorterNode<T>, check: (client: T) => boolean): T | undefined {
  if (node.client !== undefined) return check(node.client) ? node.client : undefined;
  node.order ??= [...node.children.values()].filter(({ activeCount }) => activeCount > 0).sort(compare);
  for (const child of node.order) {
    const found = findIn(child, check);
    if (found !== undefined) return found;
  }
  return undefined;
}
