import { codecOf, mesos } from '@spark-mesos/mesos-proto';
import { expect, it } from 'vitest';
import { declineCall, OperatorClient, SchedulerClient } from '../../src/index.ts';
import { ScriptedMaster } from '../../src/testing/index.ts';
import { AgentStage, executorCallOf, executorFor, sendEvent } from '../support/agent-stage.ts';
import { closing } from '../support/stage.ts';

it('does what the README shows', async () => {
  const codec = codecOf('protobuf');
  const { Call, Event } = mesos.v1.scheduler;
  const asked: mesos.v1.scheduler.ICall[] = [];
  const master = await ScriptedMaster.listen((exchange) => {
    const call = codec.decode(Call, exchange.request.body);
    asked.push(call);
    if (call.type !== Call.Type.SUBSCRIBE) {
      exchange.answer(202).catch(() => exchange.destroy());
      return;
    }
    const ids = { frameworkId: { value: 'F' }, agentId: { value: 'A' } };
    exchange
      .openStream(codec)
      .then(() =>
        exchange.event(codec, { type: Event.Type.SUBSCRIBED, subscribed: { frameworkId: { value: 'F' } } }),
      )
      .then(() =>
        exchange.event(codec, {
          type: Event.Type.OFFERS,
          offers: { offers: [{ id: { value: 'O' }, ...ids, hostname: 'agent-1' }] },
        }),
      )
      .catch(() => exchange.destroy());
  });

  const framework = { user: 'me', name: 'example', role: 'dev', failoverTimeout: 60 };
  const client = new SchedulerClient({ master: `mesos://${master.address}`, framework });
  for await (const event of client.events()) {
    if (event.kind === 'failed') throw event.error;
    if (event.kind !== 'mesos') continue;
    const { offers, update } = event.event;
    if (update) await client.acknowledge(update.status);
    if (offers) {
      const ids = (offers.offers ?? []).map((offer) => offer.id);
      await client.call(declineCall(ids, 60));
      await client.teardown();
    }
  }

  expect(asked.map((call) => call.type)).toEqual([
    Call.Type.SUBSCRIBE,
    Call.Type.DECLINE,
    Call.Type.TEARDOWN,
  ]);
  expect(asked[1]?.decline).toMatchObject({ offerIds: [{ value: 'O' }], filters: { refuseSeconds: 60 } });
  await master.idle();
  await master.close();
});

it('does what the README shows of executors', async () => {
  const stage = await AgentStage.open();
  const { executor } = executorFor(stage.agent.address);
  const { Event } = mesos.v1.executor;
  const shown = (async () => {
    for await (const event of executor.events()) {
      const task = event.kind === 'mesos' ? event.event.launch?.task : undefined;
      if (task) await executor.update({ taskId: task.taskId, state: mesos.v1.TaskState.TASK_FINISHED });
      if (event.kind === 'shutdown') break; // end all tasks, send their updates, await executor.settled()
    }
  })();
  const stream = await stage.subscribed();
  const task = { name: 't', taskId: { value: 't' }, agentId: { value: 'A' } };
  await sendEvent(stream, { type: Event.Type.LAUNCH, launch: { task } });
  const call = await stage.nextCall();
  expect(executorCallOf(call).update?.status.state).toBe(mesos.v1.TaskState.TASK_FINISHED);
  await call.answer(202);
  await sendEvent(stream, { type: Event.Type.SHUTDOWN });
  await shown;
});

it('does what the README shows of operators', async () => {
  const codec = codecOf('protobuf');
  const { Call, Event, Response } = mesos.v1.master;
  const master = await ScriptedMaster.listen((exchange) => {
    const call = codec.decode(Call, exchange.request.body);
    const answer =
      call.type === Call.Type.SUBSCRIBE
        ? exchange
            .openStream(codec)
            .then(() => exchange.record(codec.encode(Event, { type: Event.Type.SUBSCRIBED, subscribed: {} })))
            .then(() => exchange.endStream())
        : exchange.answer(
            200,
            Buffer.from(
              codec.encode(Response, {
                type: Response.Type.GET_AGENTS,
                getAgents: {
                  agents: [{ agentInfo: { hostname: 'agent-1' }, active: true, version: '1.11.0' }],
                },
              }),
            ).toString('latin1'),
          );
    answer.catch(() => exchange.destroy());
  });
  closing.push(() => master.close());
  const said: (string | undefined)[] = [];
  const console = { log: (text: string | undefined) => said.push(text) };

  const operator = new OperatorClient({ master: master.address });
  closing.push(() => operator.close());
  const { agents } = await operator.getAgents();
  for (const { agentInfo } of agents ?? []) console.log(agentInfo.hostname);
  const shown = (async () => {
    for await (const event of operator.events()) console.log(mesos.v1.master.Event.Type[event.type]);
  })();
  await expect(shown).rejects.toMatchObject({ code: 'MESOS_CONNECTION_LOST' });
  expect(said).toEqual(['agent-1', 'SUBSCRIBED']);
});
