// The node-zookeeper-client package against a server: tour.js HOST:PORT. Ends with 0 if all it saw was right.
'use strict';
const assert = require('assert');
const util = require('util');
const zookeeper = require('node-zookeeper-client');

const client = zookeeper.createClient(process.argv[2], { sessionTimeout: 10000, retries: 1 });
const call = (name, ...args) => util.promisify(client[name].bind(client))(...args);
const code = async (promise) => promise.then(() => 0, (error) => error.getCode());
const { CreateMode, Exception, Event } = zookeeper;

function nextEvent(register) {
  let pending;
  const fired = new Promise((resolve) => { pending = resolve; });
  return register((event) => pending(event)).then(() => fired);
}

async function nodes() {
  assert.strictEqual(await call('create', '/node', Buffer.from('hello')), '/node');
  assert.strictEqual(await call('create', '/node/s-', CreateMode.PERSISTENT_SEQUENTIAL), '/node/s-0000000000');
  assert.strictEqual(await call('create', '/node/e', Buffer.from('x'), CreateMode.EPHEMERAL), '/node/e');
  assert.strictEqual(await code(call('create', '/node')), Exception.NODE_EXISTS);
  assert.strictEqual(await code(call('create', '/node/e/child')), Exception.NO_CHILDREN_FOR_EPHEMERALS);
  const stat = await call('setData', '/node', Buffer.from('world'), 0);
  assert.strictEqual(stat.version, 1);
  assert.strictEqual(await code(call('setData', '/node', Buffer.from('late'), 0)), Exception.BAD_VERSION);
  assert.strictEqual((await call('getData', '/node')).toString(), 'world');
  assert.deepStrictEqual((await call('getChildren', '/node')).sort(), ['e', 's-0000000000']);
  assert.strictEqual(await call('exists', '/nope'), null);
  assert.strictEqual(await code(call('remove', '/node')), Exception.NOT_EMPTY);
  assert.strictEqual(await call('mkdirp', '/node/deep/deeper'), '/node/deep/deeper');
}

async function watches() {
  const changing = nextEvent((watcher) => call('getData', '/node', watcher));
  const creating = nextEvent((watcher) => call('exists', '/node/new', watcher));
  const listing = nextEvent((watcher) => call('getChildren', '/node', watcher));
  await call('exists', '/node');  // behind the three registrations
  await call('setData', '/node', Buffer.from('again'));
  await call('create', '/node/new');
  assert.strictEqual((await changing).getType(), Event.NODE_DATA_CHANGED);
  assert.strictEqual((await creating).getPath(), '/node/new');
  assert.strictEqual((await listing).getType(), Event.NODE_CHILDREN_CHANGED);
}

async function acls() {
  client.addAuthInfo('digest', Buffer.from('ann:secret'));
  await call('create', '/node/private', Buffer.from('mine'), zookeeper.ACL.CREATOR_ALL_ACL);
  assert.strictEqual((await call('getACL', '/node/private'))[0].id.scheme, 'digest');
  const other = zookeeper.createClient(process.argv[2]);
  other.connect();
  await new Promise((resolve) => other.once('connected', resolve));
  const read = util.promisify(other.getData.bind(other));
  assert.strictEqual(await code(read('/node/private')), Exception.NO_AUTH);
  other.close();
}

async function transactions() {
  const good = client.transaction().create('/node/t', Buffer.from('1')).setData('/node/t', Buffer.from('2'))
    .check('/node/t', 1).remove('/node/new', 0);
  await util.promisify(good.commit.bind(good))();
  assert.strictEqual((await call('getData', '/node/t')).toString(), '2');
  const bad = client.transaction().create('/node/u').check('/node/t', 99);
  assert.strictEqual(await code(util.promisify(bad.commit.bind(bad))()), Exception.BAD_VERSION);
  assert.strictEqual(await call('exists', '/node/u'), null);
}

async function tour() {
  await nodes();
  await watches();
  await acls();
  await transactions();
  for (const path of ['/deep/deeper', '/deep', '/e', '/s-0000000000', '/private', '/t', '']) {
    await call('remove', `/node${path}`);
  }
  assert.strictEqual(await call('exists', '/node'), null);
  client.close();
}

const late = setTimeout(() => { console.error('the tour takes too long'); process.exit(2); }, 30000);
client.once('connected', () => tour().then(() => { clearTimeout(late); console.log('tour done'); },
  (error) => { console.error(error); process.exit(1); }));
client.connect();
