/**
 * What visitors of YkMake do. A visit makes one request and may learn from the answer: what was created is
 * later changed and deleted, so that the tables stay about as large as they were.
 *
 * @typedef {object} Visit
 * @property {import('./client.js').Request} request
 * @property {(status: string, body: any) => void} [answered]
 */

/** Who visits: some of them every second, some once in minutes. */
const USERS = 1000;

/**
 * @param {{ calm?: boolean }} [options] calm: without what the application does wrong or slowly
 * @returns {{ weight: number, visit: () => Visit }[]}
 */
export function createVisits({ calm = false } = {}) {
  const visits = [...reading, ...taskVisits(), ...userVisits(), ...projectVisits(), ...mistakes];
  return calm ? visits : [...visits, ...troubles];
}

/** Chooses a visit by weight. `random` is a number from 0 up to 1. */
export function chooseVisit(visits, random = Math.random()) {
  let point = random * visits.reduce((sum, { weight }) => sum + weight, 0);
  const chosen = visits.find(({ weight }) => {
    point -= weight;
    return point < 0;
  });
  return (chosen ?? visits[0]).visit();
}

const USER = '/api/users/:userId';
const PROJECT = '/api/projects/:projectId';
const TASKS = '/api/projects/:projectId/tasks';
const TASK = '/api/projects/:projectId/tasks/:taskId';

const reading = [
  { weight: 14, visit: () => to('GET', '/api/users') },
  { weight: 14, visit: () => to('GET', USER, { userId: upTo(50) }) },
  { weight: 6, visit: () => to('GET', '/api/users/:userId/tasks', { userId: upTo(50) }) },
  { weight: 10, visit: () => to('GET', '/api/projects') },
  { weight: 8, visit: () => to('GET', PROJECT, { projectId: upTo(10) }) },
  { weight: 16, visit: () => to('GET', TASKS, { projectId: upTo(10) }) },
  { weight: 4, visit: () => to('GET', '/api/reports/summary') },
  { weight: 2, visit: () => nobody(to('GET', '/health')) },
];

/** 400 and 404: the visitor is wrong. */
const mistakes = [
  { weight: 1, visit: () => to('GET', USER, { userId: 'me' }) },
  { weight: 1, visit: () => to('GET', USER, { userId: 2_000_000_000 }) },
  { weight: 1, visit: () => to('POST', '/api/users', {}, { name: 'No Address' }) },
  { weight: 1, visit: () => nowhere('GET', `/wp-login.php?try=${upTo(1000)}`) },
  { weight: 0.5, visit: () => nowhere('POST', `/api/orders/${upTo(1000)}`) },
];

/** The application is wrong or slow, a query fails, and some do not wait for the slow answer. */
const troubles = [
  // 409: for the visitor it is an answer, for the database a query that failed.
  {
    weight: 1,
    visit: () => to('POST', '/api/users', {}, { name: 'Twin', email: `user${upTo(50)}@ykmake.example` }),
  },
  { weight: 1, visit: () => to('GET', '/api/reports/broken') },
  { weight: 1.5, visit: () => to('GET', '/api/reports/slow') },
  { weight: 0.5, visit: () => impatient(to('GET', '/api/reports/slow')) },
];

function taskVisits() {
  const own = [];
  const create = () =>
    creation(
      own,
      to('POST', TASKS, { projectId: upTo(10) }, { title: 'Write it down', assigneeId: upTo(50) }),
      task => ({
        projectId: task.project_id,
        taskId: task.id,
      }),
    );
  return [
    { weight: 6, visit: create },
    { weight: 4, visit: () => use(own, task => to('GET', TASK, task)) ?? create() },
    { weight: 6, visit: () => use(own, task => to('PATCH', TASK, task, { status: 'done' })) ?? create() },
    { weight: 7, visit: () => removal(own, task => to('DELETE', TASK, task)) ?? create() },
  ];
}

function userVisits() {
  const own = [];
  const body = () => ({ name: 'New User', email: `${crypto.randomUUID()}@ykmake.example` });
  const create = () => creation(own, to('POST', '/api/users', {}, body()), ({ id }) => ({ userId: id }));
  return [
    { weight: 2, visit: create },
    {
      weight: 1.5,
      visit: () => use(own, user => to('PATCH', USER, user, { name: 'Renamed User' })) ?? create(),
    },
    { weight: 2.5, visit: () => removal(own, user => to('DELETE', USER, user)) ?? create() },
  ];
}

function projectVisits() {
  const own = [];
  const body = () => ({
    name: `Project ${crypto.randomUUID()}`,
    ownerId: upTo(50),
    tasks: ['Plan', 'Do', 'Check'],
  });
  const create = () =>
    creation(own, to('POST', '/api/projects', {}, body()), ({ id }) => ({ projectId: id }));
  return [
    { weight: 1, visit: create },
    { weight: 1.2, visit: () => removal(own, project => to('DELETE', PROJECT, project)) ?? create() },
  ];
}

/** Creates a thing and remembers how it is addressed. */
function creation(own, visit, address) {
  return { ...visit, answered: (status, body) => status === '201' && own.push(address(body)) };
}

/** Takes a thing while it is used, so that nobody else removes it meanwhile. */
function use(own, visit) {
  const thing = own.shift();
  return thing && { ...visit(thing), answered: () => own.push(thing) };
}

function removal(own, visit) {
  const thing = own.shift();
  return thing && visit(thing);
}

function to(method, route, parameters = {}, body = undefined) {
  const path = route.replace(/:(\w+)/g, (_, name) => parameters[name]);
  return { request: { method, route, path, body, userId: Math.ceil(USERS * Math.random() ** 3) } };
}

function nowhere(method, path) {
  return { request: { method, route: 'unmatched', path } };
}

/** Asked by a program. */
function nobody({ request: { userId: _, ...request } }) {
  return { request };
}

function impatient({ request }) {
  return { request: { ...request, abortAfter: 50 + upTo(50) } };
}

function upTo(limit) {
  return 1 + Math.floor(limit * Math.random());
}
