import type { AgentId, FrameworkId } from '../ids.ts';
import type { Quantities } from '../resources/resource-set.ts';
import { type ClusterTotals, DrfSorter } from './drf-sorter.ts';
import type { FilterOwner } from './offer-filters.ts';

/** What the allocator must know of a framework. */
export interface AllocationClient {
  readonly roles: readonly string[];
  readonly suppressedRoles: readonly string[];
  /** Agents with GPUs are kept for frameworks that say they know what to do with them. */
  readonly takesGpus: boolean;
  /** Whether it knows reservations of more than one layer; others are not offered these. */
  readonly knowsRefinement?: boolean;
  /** Which agents are not to be offered to one of its roles; none without this. */
  readonly excludes?: (role: string, agentId: AgentId) => boolean;
  /** The least that it wants to be offered in a role, any of these; as Mesos has it without this. */
  readonly minimums?: (role: string) => readonly Quantities[] | undefined;
}

/** A framework as the allocator knows it. */
export interface ClientBooks {
  readonly frameworkId: FrameworkId;
  roles: ReadonlySet<string>;
  readonly suppressed: Set<string>;
  takesGpus: boolean;
  knowsRefinement: boolean;
  excludes: AllocationClient['excludes'];
  minimums: AllocationClient['minimums'];
  isActive: boolean;
  /** By role, also those that it has left: it may still hold tasks there. */
  readonly memberships: Map<string, Membership>;
}

/** A framework in one of its roles: what offers are made to, and what refuses them. */
export interface Membership extends FilterOwner {
  readonly client: ClientBooks;
  readonly role: RoleBooks;
}

/** A role that any framework is in, or was in while it is there. */
export interface RoleBooks {
  readonly name: string;
  readonly frameworks: DrfSorter<Membership>;
  /** What its frameworks have of what nobody has reserved. */
  readonly unreserved: Map<string, number>;
}

/** Roles and the frameworks in them, in the order in which they are owed offers. */
export class RoleTree {
  readonly roles: DrfSorter<RoleBooks>;
  readonly clients = new Map<FrameworkId, ClientBooks>();
  readonly #totals: ClusterTotals;
  /** Another one whenever anybody may want what he did not want before. */
  version = 0;
  #clientsWithMinimums = 0;

  constructor(totals: ClusterTotals) {
    this.#totals = totals;
    this.roles = new DrfSorter(totals);
  }

  /** The framework, or one in no role yet: tasks of it can be known before it has subscribed. */
  client(frameworkId: FrameworkId): ClientBooks {
    const existing = this.clients.get(frameworkId);
    if (existing !== undefined) return existing;
    const books: ClientBooks = {
      frameworkId,
      roles: new Set(),
      suppressed: new Set(),
      takesGpus: false,
      knowsRefinement: false,
      excludes: undefined,
      minimums: undefined,
      isActive: false,
      memberships: new Map(),
    };
    this.clients.set(frameworkId, books);
    return books;
  }

  add(frameworkId: FrameworkId, client: AllocationClient): void {
    this.client(frameworkId).isActive = true;
    this.update(frameworkId, client);
  }

  update(frameworkId: FrameworkId, client: AllocationClient): void {
    const books = this.clients.get(frameworkId);
    if (books === undefined) return;
    const former = books.roles;
    books.roles = new Set(client.roles);
    books.suppressed.clear();
    for (const role of client.suppressedRoles) books.suppressed.add(role);
    books.takesGpus = client.takesGpus;
    books.knowsRefinement = client.knowsRefinement ?? false;
    books.excludes = client.excludes;
    this.#setMinimums(books, client.minimums);
    for (const role of client.roles) this.membership(books, role);
    for (const role of former) if (!books.roles.has(role)) this.clearFilters(books, role);
    this.refresh(books);
  }

  remove(frameworkId: FrameworkId): readonly Membership[] {
    const books = this.clients.get(frameworkId);
    if (books === undefined) return [];
    this.clients.delete(frameworkId);
    this.#setMinimums(books, undefined);
    const memberships = [...books.memberships.values()];
    for (const { role } of memberships) {
      role.frameworks.remove(frameworkId);
      if (role.frameworks.size === 0) this.roles.remove(role.name);
      else this.roles.setActive(role.name, role.frameworks.activeCount > 0);
    }
    return memberships;
  }

  /** Whether any framework has said for itself what is too little for it. */
  get hasOwnMinimums(): boolean {
    return this.#clientsWithMinimums > 0;
  }

  #setMinimums(books: ClientBooks, minimums: AllocationClient['minimums']): void {
    this.#clientsWithMinimums += Number(minimums !== undefined) - Number(books.minimums !== undefined);
    books.minimums = minimums;
  }

  /** The framework in this role; it is tracked from now on. */
  membership(books: ClientBooks, role: string): Membership {
    const existing = books.memberships.get(role);
    if (existing !== undefined) return existing;
    let roleBooks = this.roles.get(role);
    if (roleBooks === undefined) {
      roleBooks = { name: role, frameworks: new DrfSorter(this.#totals), unreserved: new Map() };
      this.roles.add(role, roleBooks);
    }
    const membership: Membership = { client: books, role: roleBooks, filterEpoch: 0 };
    roleBooks.frameworks.add(books.frameworkId, membership);
    books.memberships.set(role, membership);
    return membership;
  }

  /** Its place in the order of offers, after anything that decides whether it wants any. */
  refresh(books: ClientBooks): void {
    this.version++;
    for (const [name, { role }] of books.memberships) {
      const wants = books.isActive && books.roles.has(name) && !books.suppressed.has(name);
      role.frameworks.setActive(books.frameworkId, wants);
      this.roles.setActive(name, role.frameworks.activeCount > 0);
    }
  }

  clearFilters(books: ClientBooks, role: string): void {
    const membership = books.memberships.get(role);
    if (membership === undefined) return;
    membership.filterEpoch++;
    this.version++;
  }
}
