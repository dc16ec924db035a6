import { AsyncLocalStorage } from 'node:async_hooks';
import { type ConnectionProvider, DefaultConnectionProvider, DefaultQueryExecutor, type Dialect, Kysely } from 'kysely';
import { DatabaseUsedInsideTransaction } from './errors.ts';

interface Holding {
  open: boolean;
  afterwards: (() => void)[];
}

/** Knows whether the code that runs now holds a connection of this database. */
export class TransactionGuard {
  readonly #holding = new AsyncLocalStorage<Holding>();

  /** @throws DatabaseUsedInsideTransaction */
  check(): void {
    if (this.#holding.getStore()?.open) throw new DatabaseUsedInsideTransaction();
  }

  /** Runs `work` as the holder of a connection. Work that it leaves behind is free again once it has ended. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    const holding: Holding = { open: true, afterwards: [] };
    try {
      return await this.#holding.run(holding, work);
    } finally {
      holding.open = false;
      for (const step of holding.afterwards) step();
    }
  }

  /** Runs `step` once the connection that the caller holds is given back; at once when it holds none. */
  afterwards(step: () => void): void {
    const holding = this.#holding.getStore();
    if (holding?.open) holding.afterwards.push(step);
    else step();
  }
}

/**
 * A Kysely whose outer object refuses to be used inside one of its own transactions (or `connection()` callbacks).
 * Transactions that are steered by hand (`startTransaction()`) are not seen by the guard: use the callback form.
 */
export const guardedKysely = async (dialect: Dialect, guard: TransactionGuard): Promise<Kysely<any>> => {
  const driver = dialect.createDriver();
  await driver.init();
  const connections = new DefaultConnectionProvider(driver);
  const guarded: ConnectionProvider = {
    provideConnection: (consumer, options) => guard.hold(() => connections.provideConnection(consumer, options)),
  };
  const executor = new DefaultQueryExecutor(dialect.createQueryCompiler(), dialect.createAdapter(), guarded);
  return new Kysely<any>({ config: { dialect }, dialect, driver, executor });
};
