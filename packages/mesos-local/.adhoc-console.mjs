import { LocalCluster } from './dist/index.js';
import { SchedulerClient, acceptCall } from '../mesos-client/dist/index.js';
import { mesosConsoleRoot } from '../../apps/console/dist/index.js';
import { chromium } from '/work/main/node_modules/playwright-core/index.mjs';
const cluster = await LocalCluster.start({ agents: [{cpus:4, memMiB:4096, attributes:{rack:'a'}},{cpus:2,memMiB:2048, attributes:{rack:'b'}}], consoleRoot: mesosConsoleRoot });
const client = new SchedulerClient({ master: cluster.master.url.replace('http://',''), framework: { user: 'root', name: 'ad hoc', roles: ['dev'], capabilities:[{type:3}], failoverTimeout: 60 } });
let launched = 0;
(async () => { for await (const e of client.events()) {
  if (e.kind !== 'mesos') { console.log(e.kind, e.error?.message ?? ''); continue; }
  const { offers, update } = e.event;
  if (update) { await client.acknowledge(update.status); console.log(update.status.taskId.value, update.status.state, update.status.message ?? ''); }
  for (const o of offers?.offers ?? []) {
    if (launched < 3) { const id = `t-${launched++}`;
      const res=[{name:'cpus',type:0,scalar:{value:1},role:'dev',allocationInfo:{role:'dev'}},{name:'mem',type:0,scalar:{value:128},allocationInfo:{role:'dev'}}];
      delete res[0].role;
      await client.call(acceptCall([o.id], [{ type: 1, launch: { taskInfos: [{ name: `task ${id}`, taskId: { value: id }, agentId: o.agentId, resources: res, command: { shell: true, value: id === 't-2' ? 'exit 3' : 'i=0; while true; do i=$((i+1)); echo "täglich €$i" ; sleep 0.2; done' } }] } }], 1)); }
  } } })();
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu'] });
const page = await b.newPage({ viewport: { width: 1440, height: 900 } });
page.on('console', m => console.log('console', m.type(), m.text())); page.on('pageerror', e => console.log('ERR', e.message));
await page.goto(cluster.master.url);
await page.waitForTimeout(6000);
await page.screenshot({ path: '/tmp/con/real-overview.png', fullPage: true });
await page.getByRole('link', { name: 'Sandbox of task task t-0' }).click();
await page.waitForTimeout(4000);
await page.screenshot({ path: '/tmp/con/real-sandbox.png' });
console.log(await page.locator('pre').innerText().then(t => t.slice(-60)), (await page.locator('pre').innerText()).includes('\ufffd'));
await page.goto(cluster.master.url + '#/roles'); await page.waitForTimeout(1500);
await page.screenshot({ path: '/tmp/con/real-roles.png' });
await b.close(); await client.teardown(); await cluster.close();
process.exit(0)
