// DBOS: a plan is one workflow whose tasks are steps, recorded in PostgreSQL, each flushed. Steps are numbered in the
// order in which they begin, which has to be the same each time: a layer begins when the one before has ended.
import { DBOS } from '@dbos-inc/dbos-sdk';

export const needs = 'postgres';

/** Opens the engine. `store` names its database; `noop` is what a task does. */
export async function open({ store, address, noop }) {
  const plan = DBOS.registerWorkflow(
    async (layers) => {
      let done = 0;
      for (const width of layers) {
        const results = await Promise.all(
          Array.from({ length: width }, () => DBOS.runStep(async () => noop(), { name: 'task' })),
        );
        done += results.length;
      }
      return done;
    },
    { name: 'plan' },
  );
  DBOS.setConfig({
    name: 'bench',
    applicationVersion: '1',
    systemDatabaseUrl: `${address.url}/${store}`,
    systemDatabasePoolSize: 20,
    logLevel: 'error',
  });
  await DBOS.launch();
  return {
    run: async (id, layers) => (await DBOS.startWorkflow(plan, { workflowID: id })(layers)).getResult(),
    resume: (id) => DBOS.retrieveWorkflow(id).getResult(),
    close: () => DBOS.shutdown(),
  };
}
