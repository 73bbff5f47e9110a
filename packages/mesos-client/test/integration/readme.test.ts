import { codecOf, mesos } from '@spark-mesos/mesos-proto';
import { expect, it } from 'vitest';
import { declineCall, SchedulerClient } from '../../src/index.ts';
import { ScriptedMaster } from '../../src/testing/index.ts';

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

  const framework = { user: 'me', name: 'example', roles: ['dev'], failoverTimeout: 60 };
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
