// A real gateway on loopback for tests: the unmodified `wechaty-puppet-service` PuppetServer around
// `wechaty-puppet-mock`, and an HTTP control channel that plays the members' part.
//
//   node gateway.cjs SET --grpc PORT --control PORT --token TOKEN [--tls] [--logged-out] [--no-server]
//
// SET is `new` or `old`: the folder beside this file whose node_modules are used. The mock is subclassed
// only where it does nothing by itself: to change its own world (members, topics) and to write down what
// the bot did. Wire, codec, authorisation and event stream are the packages' own.
'use strict'
const http = require('http')
const path = require('path')
const fs = require('fs')
const { createRequire } = require('module')

const option = (name, fallback) => {
  const at = process.argv.indexOf('--' + name)
  return at < 0 ? fallback : process.argv[at + 1]
}
const flag = name => process.argv.includes('--' + name)
const folder = path.join(__dirname, process.argv[2])
const load = createRequire(path.join(folder, 'package.json'))
const PUPPET = load('wechaty-puppet')
const { PuppetServer } = load('wechaty-puppet-service')
const { PuppetMock, mock } = load('wechaty-puppet-mock')
const { EventStreamManager } = require(path.join(path.dirname(load.resolve('wechaty-puppet-service')), 'server', 'event-stream-manager.js'))

// ---- what differs between the generations -------------------------------------------------------
const FileBox = PUPPET.FileBox ?? load('file-box').FileBox
const MESSAGE = PUPPET.types?.Message ?? PUPPET.MessageType
const CONTACT = PUPPET.types?.Contact ?? PUPPET.ContactType
const FRIENDSHIP = PUPPET.types?.Friendship ?? PUPPET.FriendshipType
const loggedIn = () => puppet.isLoggedIn ?? puppet.logonoff()
const me = () => puppet.currentUserId ?? puppet.selfId()

// ---- the world ----------------------------------------------------------------------------------
const SELF = 'wxid_bot'
const journal = []
const record = (op, data) => journal.push({ n: journal.length, op, ...data })
const extras = { url: new Map(), mini: new Map(), card: new Map(), file: new Map(), friend: new Map(), invite: new Map() }
const aliases = new Map()
const mocker = new mock.Mocker()
const contact = id => mocker.ContactMock.load(id)
const room = id => mocker.RoomMock.load(id)

function seed () {
  const person = (id, name, more = {}) => mocker.createContact({
    id, name, alias: '', avatar: '', gender: 0, type: CONTACT.Individual ?? CONTACT.Personal ?? 1, weixin: 'wx_' + id, friend: true, phone: [], ...more
  })
  person(SELF, '群管'); person('wxid_owner', '群主老王'); person('wxid_admin', 'Admin Li')
  person('wxid_alice', 'Alice'); person('wxid_bob', 'Bob 😀')
  person('wxid_spam', 'Spammer', { friend: false }); person('wxid_new', 'Newbie', { friend: false })
  mocker.createRoom({
    id: '100@chatroom', topic: '测试群 One', ownerId: 'wxid_owner', adminIdList: ['wxid_admin', SELF], avatar: '',
    memberIdList: [SELF, 'wxid_owner', 'wxid_admin', 'wxid_alice', 'wxid_bob', 'wxid_spam']
  })
  mocker.createRoom({
    id: '200@chatroom', topic: 'Room Two', ownerId: SELF, adminIdList: [], avatar: '', memberIdList: [SELF, 'wxid_alice', 'wxid_spam']
  })
  aliases.set('100@chatroom|wxid_alice', '爱丽丝')
}

const clone = value => JSON.parse(JSON.stringify(value))
let origin
// Puts the world back to the start, so that many tests can share one process. Known people stay known.
async function reset () {
  epoch++; plans = {}; sentIds = true; journal.length = 0; aliases.clear(); announced.clear()
  aliases.set('100@chatroom|wxid_alice', '爱丽丝')
  for (const method of Object.keys(counts)) delete counts[method]
  deaf = false; deafened.clear(); streams = []
  for (const payload of origin.contacts) Object.assign(mocker.contactPayload(payload.id), clone(payload))
  for (const payload of origin.rooms) Object.assign(mocker.roomPayload(payload.id), clone(payload))
  if (!server) await startServer()
  if (!loggedIn() && (puppet.state.active ? puppet.state.active() : puppet.state.on())) mocker.login(contact(SELF))
}

class TestPuppet extends PuppetMock {
  async _said (op, conversation, text, mentions) {
    const id = message({ from: me(), to: conversation, text, mentions })
    record(op, { conversation, text, mentions: mentions ?? [], id })
    return sentIds ? id : undefined
  }

  async messageSendText (conversation, text, mentions) { return this._said('sendText', conversation, text, mentions) }
  async messageContact (id) { return extras.card.get(id) ?? '' }
  async messageUrl (id) { return extras.url.get(id) ?? super.messageUrl(id) }
  async messageMiniProgram (id) { return extras.mini.get(id) ?? super.messageMiniProgram(id) }
  async messageImage (id, type) { record('messageImage', { id, type }); return box(extras.file.get(id)) }
  async messageFile (id) { return box(extras.file.get(id)) }
  async messageRecall (id) { record('recall', { id }); return true }
  async roomMemberList (id) { return [...mocker.roomPayload(id).memberIdList] }
  async roomDel (id, member) { record('roomDel', { room: id, member }); room(id).remove(contact(member)).by(contact(me())) }
  async roomAdd (id, member, inviteOnly) { record('roomAdd', { room: id, member, inviteOnly }); room(id).add(contact(member)).by(contact(me())) }
  async roomTopic (id, topic) {
    if (topic === undefined) return mocker.roomPayload(id).topic
    record('roomTopic', { room: id, topic }); room(id).topic(topic).by(contact(me()))
  }

  async roomAnnounce (id, text) { if (text === undefined) return announced.get(id) ?? ''; record('roomAnnounce', { room: id, text }); announced.set(id, text) }
  async roomQRCode (id) { return 'https://weixin.qq.com/g/' + id }
  ding (data) { setImmediate(() => this.emit('dong', { data })) } // the mock takes a second
  async roomQuit (id) { record('roomQuit', { room: id }) }
  async roomMemberRawPayload (id, member) {
    const payload = mocker.contactPayload(member)
    return { id: member, name: payload.name, avatar: '', roomAlias: aliases.get(id + '|' + member) }
  }

  async contactAlias (id, alias) {
    if (alias === undefined) return mocker.contactPayload(id).alias ?? ''
    record('contactAlias', { id, alias }); mocker.contactPayload(id).alias = alias
  }

  async friendshipRawPayload (id) { return extras.friend.get(id) }
  async friendshipAccept (id) { record('friendshipAccept', { id }) }
  async friendshipAdd (id, options) { record('friendshipAdd', { id, ...(typeof options === 'string' ? { hello: options } : options) }) }
  async friendshipSearchHandle (handle) { return people().find(p => p.weixin === handle)?.id ?? null }
  async friendshipSearchWeixin (handle) { return people().find(p => p.weixin === handle)?.id ?? null }
  async roomInvitationRawPayload (id) { return extras.invite.get(id) }
  async roomInvitationAccept (id) { record('roomInvitationAccept', { id }) }
}
const announced = new Map()
const people = () => [...mocker.cacheContactPayload.values()]
const box = file => {
  if (!file) throw new Error('no file for this message')
  if (file.url) return FileBox.fromUrl(file.url, file.name)
  if (file.stream) return FileBox.fromBuffer(Buffer.from(file.stream, 'base64'), file.name)
  return FileBox.fromBase64(file.base64, file.name)
}

// ---- trouble: a stream that hears nothing more, though calls are answered --------------------------
let deaf = false // every stream, also those to come
let streams = [] // all that were opened
const deafened = new Set()
const { start: open, grpcEmit: pass } = EventStreamManager.prototype
EventStreamManager.prototype.start = function (stream) { streams.push(stream); return open.call(this, stream) }
EventStreamManager.prototype.grpcEmit = function (...event) {
  if (!deaf && !deafened.has(this.eventStream)) return pass.apply(this, event)
}

// ---- trouble: refuse, stay silent, answer late ---------------------------------------------------
// plans: {method: {message, times, silent, delay}}, or {"method:id": ...} for one message, room or person only.
let plans = {}
let sentIds = true
let epoch = 0 // what a test delayed must not happen in the next one
const TROUBLED = ['start', 'ding', 'messagePayload', 'contactPayload', 'roomPayload', 'roomList', 'roomMemberList', 'roomMemberPayload', 'messageSendText', 'messageContact',
  'messageUrl', 'messageMiniProgram', 'messageImage', 'messageFile', 'roomDel', 'roomAdd', 'roomTopic', 'friendshipPayload', 'friendshipAdd', 'friendshipAccept', 'roomInvitationPayload', 'roomInvitationAccept']
const counts = {}
for (const method of TROUBLED) {
  const original = TestPuppet.prototype[method]
  TestPuppet.prototype[method] = async function (...args) {
    counts[method] = (counts[method] ?? 0) + 1
    const plan = plans[`${method}:${args[0]}`] ?? plans[`${method}:${args[1]}`] ?? plans[method]
    if (plan && (plan.times === undefined || plan.times-- > 0)) {
      const began = epoch
      if (plan.delay) await new Promise(resolve => setTimeout(resolve, plan.delay))
      if (began !== epoch) throw new Error('too late: the test is over')
      if (plan.silent) return record(method + ':ignored', { args }) && undefined
      if (plan.message) throw new Error(plan.message)
    }
    return original.apply(this, args)
  }
}

// ---- what members do -----------------------------------------------------------------------------
let sequence = 0
function message (m) {
  const id = m.id ?? `m${process.pid}-${++sequence}`
  const payload = { id, fromId: m.from, talkerId: m.from, timestamp: m.ts ?? Date.now(), type: typeof m.type === 'number' ? m.type : MESSAGE[m.type ?? 'Text'], text: m.text ?? '' }
  if (/@/.test(m.to)) { payload.roomId = m.to; payload.mentionIdList = m.mentions ?? [] } else { payload.toId = m.to; payload.listenerId = m.to }
  if (m.url) extras.url.set(id, m.url)
  if (m.mini) extras.mini.set(id, m.mini)
  if (m.card) extras.card.set(id, m.card)
  if (m.file) { payload.filename = m.file.name; extras.file.set(id, m.file) }
  mocker.MessageMock.create(payload)
  if (m.emit !== false) puppet.emit('message', { messageId: id })
  return id
}

mocker.use(m => {
  if (!flag('logged-out') && !loggedIn()) setImmediate(() => m.login(contact(SELF)))
  return () => {}
})
const puppet = new TestPuppet({ mocker })
seed()
origin = clone({ contacts: people(), rooms: [...mocker.cacheRoomPayload.values()] })
puppet.on('error', () => {}) // an emitter without a listener for `error` throws

let server
async function startServer () {
  server = new PuppetServer({ endpoint: '127.0.0.1:' + option('grpc'), puppet, token: option('token', 'test-token'), tls: { disable: !flag('tls') } })
  await server.start()
}
async function stopServer () {
  // The old generation's stop() waits for open streams to end by themselves, so it is hurried along here.
  const grpc = server.grpcServer
  const stopped = server.stop()
  setImmediate(() => grpc.forceShutdown())
  await stopped
  server = undefined
}

// A puppet says when something it remembers is out of date: that clears the gateway's own memory and, in the new
// generation, tells the client. The old one has the event on its wire but no puppet of its time emits it.
const dirtied = async (type, id) => {
  await puppet.dirtyPayload(type, id)
  if (process.argv[2] === 'old') puppet.emit('dirty', { payloadType: type, payloadId: id })
}

const operations = {
  dirty: ({ type, id }) => dirtied(type, id),
  say: m => ({ id: message(m) }),
  burst: async ({ n, from, to, prefix = 'b' }) => {
    for (let i = 0; i < n; i++) {
      message({ from: from[i % from.length], to, text: prefix + i })
      if (i % 50 === 49) await new Promise(resolve => setImmediate(resolve))
    }
    return { n }
  },
  reemit: ({ id }) => { puppet.emit('message', { messageId: id }) },
  join: m => { for (const who of m.who) if (!people().some(p => p.id === who)) operations.person({ id: who, name: who }); room(m.room).add(...m.who.map(contact)).by(contact(m.by)) },
  leave: m => { room(m.room).remove(...m.who.map(contact)).by(contact(m.by)) },
  topic: m => { room(m.room).topic(m.topic).by(contact(m.by)) },
  person: ({ id, name, ...more }) => { mocker.createContact({ id, name, alias: '', avatar: '', weixin: '', friend: false, phone: [], ...more }) },
  members: ({ room: id, ids }) => {
    for (const who of ids) if (!mocker.cacheContactPayload.has(who)) operations.person({ id: who, name: '成员' + who })
    mocker.roomPayload(id).memberIdList = ids
  },
  rename: ({ id, name, dirty = true }) => { mocker.contactPayload(id).name = name; if (dirty) return dirtied(2, id) },
  alias: ({ room: id, member, alias }) => { aliases.set(id + '|' + member, alias); return dirtied(4, id) },
  befriend: ({ id, friend = true }) => { mocker.contactPayload(id).friend = friend; return dirtied(2, id) },
  setRoom: ({ room: id, patch }) => { Object.assign(mocker.roomPayload(id), patch) },
  friend: m => {
    extras.friend.set(m.id, { id: m.id, contactId: m.from, hello: m.hello ?? '', type: FRIENDSHIP[m.type ?? 'Receive'], timestamp: Date.now(), scene: 1, stranger: '', ticket: 'ticket' })
    puppet.emit('friendship', { friendshipId: m.id })
  },
  invite: m => {
    extras.invite.set(m.id, { id: m.id, inviterId: m.from, topic: m.topic, avatar: '', invitation: 'i', receiverId: SELF, memberCount: 3, memberIdList: ['wxid_alice'], timestamp: Date.now() })
    puppet.emit('room-invite', { roomInvitationId: m.id })
  },
  emit: ({ event, payload }) => { puppet.emit(event, payload) },
  fail: next => { plans = next },
  reset,
  deafen: ({ every = false }) => { if (every) deaf = true; else deafened.add(streams.at(-1)) },
  streams: () => ({ opened: streams.length }),
  sentIds: ({ on }) => { sentIds = on },
  journal: ({ since = 0 }) => ({ items: journal.slice(since), next: journal.length }),
  counts: () => ({ ...counts }),
  room: ({ room: id }) => mocker.roomPayload(id),
  login: () => { mocker.login(contact(SELF)) },
  logout: async () => { await puppet.logout('asked by the test') },
  scan: ({ qrcode, status = 2 }) => { puppet.emit('scan', { qrcode, status }) },
  stopServer,
  startServer,
  state: () => ({ loggedIn: loggedIn(), memory: process.memoryUsage().rss }),
  versions: () => Object.fromEntries(['wechaty-puppet', 'wechaty-puppet-service', 'wechaty-puppet-mock', 'wechaty-grpc']
    .map(name => [name, JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', name, 'package.json'))).version]))
}

http.createServer((request, response) => {
  const chunks = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', async () => {
    try {
      const operation = operations[request.url.slice(1)]
      if (!operation) throw new Error('no such operation: ' + request.url)
      const body = Buffer.concat(chunks).toString()
      response.end(JSON.stringify(await operation(body ? JSON.parse(body) : {}) ?? {}))
    } catch (error) {
      response.statusCode = 500
      response.end(JSON.stringify({ error: String(error?.stack ?? error) }))
    }
  })
}).listen(+option('control'), '127.0.0.1')

// The parent's death closes this pipe: no gateway outlives the test run that started it.
process.stdin.on('end', () => process.exit(0)).resume()
const begun = flag('no-server') ? Promise.resolve() : startServer()
begun.then(() => console.log('READY', JSON.stringify(operations.versions())))
