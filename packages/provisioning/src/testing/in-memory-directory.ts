// A Directory that keeps its accounts in memory and behaves like the real ones where that matters: usernames are unique at once, accounts
// become visible late, answers get lost after the work was done, licences run out. It passes the contract that every adapter passes.
import { createHash, randomUUID } from 'node:crypto'
import { TerminalError } from '@rollcall/engine'
import type { AccountKind } from '../account-kind.ts'
import { provisioningErrors } from '../errors.ts'
import type {
  AccountToCreate,
  CreateAnswer,
  Directory,
  DirectoryAccount,
  DirectoryCall,
  PlaceAnswer,
  Placement,
  PlaceOrder,
} from '../ports/directory.ts'

type DirectoryMethod = keyof Directory

export type DirectoryFault =
  /** Does nothing and throws. */
  | { readonly kind: 'throw'; readonly error: Error }
  /** Does the work, then keeps silent about it: `unknown` from a create, this error from anything else. */
  | { readonly kind: 'loseAnswer'; readonly error: Error }
  /** Does nothing until the caller's signal fires. */
  | { readonly kind: 'hang' }

export interface InMemoryAccount {
  readonly azureId: string
  readonly username: string
  readonly marker: string | null
  readonly schools: readonly string[]
  readonly memberOf: readonly string[]
  readonly teaches: readonly string[]
  readonly licensed: boolean
}

export interface InMemoryDirectory extends Directory {
  /** How often each method was called. */
  readonly calls: Readonly<Record<DirectoryMethod, number>>
  /** How many memberships were written; a place that is looked at first costs none where the account is there already. */
  membershipWrites(): number
  accounts(): readonly InMemoryAccount[]
  /** Whether somebody could sign in so. */
  accepts(credential: { readonly username: string; readonly password: string }): boolean
  addSchool(schoolId: string): void
  addClass(classId: string): void
  addLicences(kind: AccountKind, count: number): void
  /** Somebody else's account: it has no marker. @returns its azureId */
  addForeignAccount(username: string): string
  /** The next call of this method meets this fault; several wait their turn. */
  failNext(method: DirectoryMethod, fault: DirectoryFault): void
  /** The account made under this username stays unseen until `reveal`, whatever the lag. */
  hide(username: string): void
  reveal(): void
}

export interface InMemoryDirectoryOptions {
  readonly schools?: readonly string[]
  readonly classes?: readonly string[]
  /** How many licences there are for each kind; a kind that is absent needs none, as in a tenant where none is configured. */
  readonly licences?: Partial<Readonly<Record<AccountKind, number>>>
  /** How long a new account stays unseen, by `now`. */
  readonly lagMs?: number
  readonly now?: () => number
  /** Like a vendor that only takes orders: a create answers with a handle to look up by. */
  readonly takesOrders?: boolean
}

interface StoredAccount {
  readonly azureId: string
  readonly username: string
  readonly marker: string | null
  readonly pollingUuid: string
  readonly passwordHash: string | null
  readonly createdAt: number
  readonly visibleAt: number
  readonly schools: Set<string>
  readonly memberOf: Set<string>
  readonly teaches: Set<string>
  licensed: boolean
}

export function createInMemoryDirectory(options: InMemoryDirectoryOptions = {}): InMemoryDirectory {
  const { lagMs = 0, now = Date.now, takesOrders = false } = options
  const schools = new Set(options.schools)
  const classes = new Set(options.classes)
  const licencesLeft = new Map(Object.entries(options.licences ?? {}))
  const byUsername = new Map<string, StoredAccount>()
  const byAzureId = new Map<string, StoredAccount>()
  const byOrder = new Map<string, StoredAccount>()
  const faults = new Map<DirectoryMethod, DirectoryFault[]>()
  const hidden = new Set<string>()
  let membershipWrites = 0
  const calls = { createAccount: 0, findAccount: 0, place: 0, assignLicence: 0 }

  function store({
    username,
    marker,
    password,
    lag,
  }: {
    username: string
    marker: string | null
    password: string | null
    lag: number
  }): StoredAccount {
    const account = {
      azureId: randomUUID(),
      username,
      marker,
      pollingUuid: randomUUID(),
      passwordHash: password === null ? null : hash(password),
      createdAt: now(),
      visibleAt: now() + lag,
      schools: new Set<string>(),
      memberOf: new Set<string>(),
      teaches: new Set<string>(),
      licensed: false,
    }
    byUsername.set(username, account)
    byAzureId.set(account.azureId, account)
    byOrder.set(account.pollingUuid, account)
    return account
  }

  function visible(account: StoredAccount | undefined): StoredAccount | undefined {
    return account && account.visibleAt <= now() && !hidden.has(account.username) ? account : undefined
  }

  function create({ username, personId, initialPassword }: AccountToCreate): CreateAnswer {
    if (byUsername.has(username)) return { kind: 'conflict' }
    const { azureId, pollingUuid } = store({ username, marker: personId, password: initialPassword, lag: lagMs })
    return takesOrders ? { kind: 'ordered', pollingUuid } : { kind: 'created', azureId }
  }

  function place({ azureId, placement, mayBeThere = false }: PlaceOrder): PlaceAnswer {
    const known = placement.kind === 'school' ? schools.has(placement.schoolId) : classes.has(placement.classId)
    if (!known)
      throw new TerminalError(
        placement.kind === 'school' ? provisioningErrors.SCHOOL_NOT_IN_DIRECTORY : provisioningErrors.CLASS_NOT_IN_DIRECTORY,
      )
    const account = visible(byAzureId.get(azureId))
    if (!account) return 'notVisible'
    const id = placement.kind === 'school' ? placement.schoolId : placement.classId
    for (const collection of collectionsOf({ account, placement })) {
      if (!(mayBeThere && collection.has(id))) membershipWrites += 1
      collection.add(id)
    }
    return 'placed'
  }

  function assignLicence({ azureId, kind }: { azureId: string; kind: AccountKind }): PlaceAnswer {
    const left = licencesLeft.get(kind)
    if (left === undefined) return 'placed'
    const account = visible(byAzureId.get(azureId))
    if (!account) return 'notVisible'
    if (account.licensed) return 'placed'
    if (left === 0) throw new TerminalError(provisioningErrors.LICENCES_EXHAUSTED)
    licencesLeft.set(kind, left - 1)
    account.licensed = true
    return 'placed'
  }

  /** Counts, stops where the caller stops, and does the work as far as the fault at hand lets it. */
  async function perform<Answer>({ method, call, work, silence }: Performed<Answer>): Promise<Answer> {
    call.signal.throwIfAborted()
    calls[method] += 1
    const fault = faults.get(method)?.shift()
    if (fault?.kind === 'throw') throw fault.error
    if (fault?.kind === 'hang') return aborted(call.signal)
    const answer = work()
    return fault ? silence(fault.error) : answer
  }

  return {
    createAccount: (account, call) =>
      perform<CreateAnswer>({
        method: 'createAccount',
        call,
        work: () => create(account),
        silence: () => ({ kind: 'unknown', reason: 'The answer was lost.' }),
      }),
    findAccount: ({ username, pollingUuid }, call) =>
      perform({
        method: 'findAccount',
        call,
        work: () => {
          const found = visible(byUsername.get(username) ?? byOrder.get(pollingUuid ?? ''))
          return found ? describeAccount(found) : null
        },
        silence: rethrow,
      }),
    place: (target, call) => perform({ method: 'place', call, work: () => place(target), silence: rethrow }),
    assignLicence: (account, call) => perform({ method: 'assignLicence', call, work: () => assignLicence(account), silence: rethrow }),

    calls,
    membershipWrites: () => membershipWrites,
    accounts: () => [...byUsername.values()].map(show),
    accepts: ({ username, password }) => byUsername.get(username)?.passwordHash === hash(password),
    addSchool: (schoolId) => void schools.add(schoolId),
    addClass: (classId) => void classes.add(classId),
    addLicences: (kind, count) => void licencesLeft.set(kind, (licencesLeft.get(kind) ?? 0) + count),
    addForeignAccount: (username) => store({ username, marker: null, password: null, lag: 0 }).azureId,
    failNext: (method, fault) => void faults.set(method, [...(faults.get(method) ?? []), fault]),
    hide: (username) => void hidden.add(username),
    reveal: () => hidden.clear(),
  }
}

function collectionsOf({ account, placement }: { account: StoredAccount; placement: Placement }): readonly Set<string>[] {
  if (placement.kind === 'school') return [account.schools]
  return placement.role === 'teacher' ? [account.memberOf, account.teaches] : [account.memberOf]
}

interface Performed<Answer> {
  readonly method: DirectoryMethod
  readonly call: DirectoryCall
  readonly work: () => Answer
  /** What the caller gets instead of the answer that was lost. */
  readonly silence: (error: Error) => Answer
}

function show({ azureId, username, marker, schools, memberOf, teaches, licensed }: StoredAccount): InMemoryAccount {
  return { azureId, username, marker, schools: [...schools], memberOf: [...memberOf], teaches: [...teaches], licensed }
}

function describeAccount({ azureId, username, marker, createdAt }: StoredAccount): DirectoryAccount {
  return { azureId, username, marker, createdAt }
}

function rethrow(error: Error): never {
  throw error
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  return promise
}

/** Passwords are not kept, here neither. */
function hash(password: string): string {
  return createHash('sha256').update(password).digest('base64')
}
