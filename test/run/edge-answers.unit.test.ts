// Answers of models, secrets and inputs at the edges: right, or the run reports why not.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BIG,
  JSON_TYPE,
  chat,
  failing,
  hits,
  llm,
  ownOrigin,
  run,
  shell,
  startServer,
  stopServer,
  type Answer,
} from '../support/edge-run.ts';

beforeAll(startServer);
afterAll(stopServer);

describe('an answer of a model', () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
  test.each([
    ['of blanks', chat(' \n ')],
    ['of null', chat(null)],
    ['that is empty at the limit', chat('', { finish: 'length' })],
  ])('%s is not an answer, and is not requested again for ever', async (_what, serve) => {
    const { error } = await run({ flow: llm(), serve });
    expect([error?.code, hits().length <= 2]).toEqual(['MODEL_ANSWER_INVALID', true]);
  });

  test.each(['length', 'content_filter'])(
    'that was ended by %s raises a warning or is refused',
    async (finish) => {
      const { outcome, error } = await run({ flow: llm(), serve: chat('half of', { finish }) });
      expect([error?.code, ...(outcome?.warnings ?? []).map(({ code }) => code)]).toEqual(
        expect.arrayContaining([expect.stringMatching(/ANSWER_CUT|MODEL_REFUSED/u)]),
      );
    },
  );

  test.each([
    ['after thoughts with other JSON', '<think>{"a": "no"} or {"b": 2}</think>{"a": 1}'],
    ['in a fence with words around', 'Here it is:\n```json\n{"a": 1}\n```\nHope it helps.'],
    ['in a fence without a language', '```\n{"a": 1}\n```'],
    ['behind a byte order mark', '\uFEFF{"a": 1}'],
    ['as a text of JSON', '"{\\"a\\": 1}"'],
  ])('is found %s with one request', async (_where, content) => {
    const { json, error } = await run({
      flow: llm({ output_schema: schema }, '${n.response.a}'),
      serve: chat(content),
    });
    expect([error, json, hits().length]).toEqual([undefined, '{"r":1}', 1]);
  });

  test('keeps an integer that is longer than a number, and is compared exactly', async () => {
    const serve = chat(`{"a": ${BIG}}`);
    const limited = (limits: object): unknown =>
      llm(
        { output_schema: { type: 'object', properties: { a: { type: 'integer', ...limits } } } },
        '${n.response.a}',
      );
    expect((await run({ flow: limited({}), serve })).json).toBe(`{"r":${BIG}}`);
    expect((await run({ flow: limited({ const: BigInt(BIG) }), serve })).json).toBe(`{"r":${BIG}}`);
    expect(hits()[0]?.body).toContain(`"const":${BIG}`);
    for (const limits of [
      { const: 9007199254740992 },
      { enum: [1, 9007199254740995n] },
      { maximum: 9007199254740992 },
      { minimum: 9007199254740994n },
    ])
      expect((await run({ flow: limited(limits), serve })).error?.code).toBe('MODEL_ANSWER_INVALID');
  });

  test.each([
    [402, '{"error":{"message":"Insufficient credits"}}', 'MODEL_QUOTA', 1],
    [
      429,
      '{"error":{"message":"You exceeded your current quota, please check your plan","code":"insufficient_quota"}}',
      'MODEL_QUOTA',
      1,
    ],
    [
      403,
      '{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported"}}',
      'MODEL_AUTHENTICATION',
      1,
    ],
    [401, 'nope', 'MODEL_AUTHENTICATION', 1],
    [500, '', 'MODEL_OVERLOADED', 2],
  ])('with the status %i and %j is %s after %i requests', async (status, body, code, count) => {
    const { error } = await run({ flow: llm(), serve: failing(status, body) });
    expect([error?.code, hits().length]).toEqual([code, count]);
  });

  test('to a request with a param that the model does not take raises a warning', async () => {
    const content = [{ type: 'output_text', text: 'hi', annotations: [] }];
    const output = [{ type: 'message', id: 'm', role: 'assistant', status: 'completed', content }];
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    const answer = {
      id: 'r',
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: 'o3',
      output,
      usage,
    };
    const { outcome } = await run({
      flow: llm({ model: 'openai/o3', temperature: 0 }),
      options: { env: { OPENAI_API_KEY: 'sk-test-0000000000', OPENAI_BASE_URL: `${ownOrigin()}/v1` } },
      serve: (_request, response) => response.writeHead(200, JSON_TYPE).end(JSON.stringify(answer)),
    });
    expect([outcome?.output?.result, outcome?.warnings?.map(({ code }) => code)]).toEqual([
      { r: 'hi' },
      ['PARAM_IGNORED'],
    ]);
    expect(JSON.parse(hits()[0]?.body ?? '')).not.toHaveProperty('temperature');
  });

  test('that is a page of a firewall is named', async () => {
    const serve = failing(200, '<html><title>Sign in to the network</title></html>', 'text/html');
    const { error } = await run({ flow: llm(), serve });
    expect(error?.message).toContain('a web page came instead of an answer of the provider');
    expect(hits()).toHaveLength(1);
  });
});

describe('a secret is in no byte of the log', () => {
  const SECRET = 'Qx7-correct-horse-zZ19';
  test.each([
    'MYSQL_PWD',
    'REDISCLI_AUTH',
    'SMTP_PASS',
    'RABBITMQ_DEFAULT_PASS',
    'SNOWFLAKE_PASSWORD',
    'HF_TOKEN',
    'DOCKER_AUTH_CONFIG',
    'TWILIO_AUTH_TOKEN',
  ])('of the variable %s', async (name) => {
    const { log, json } = await run({
      flow: shell(`printf %s "$${name}"; printf %s "$${name}" | base64; printf %s "$${name}" >&2`),
      options: { env: { [name]: SECRET } },
    });
    expect(json).toContain(SECRET);
    expect([log.includes(SECRET), log.includes(Buffer.from(SECRET).toString('base64'))]).toEqual([
      false,
      false,
    ]);
  });

  test('of an input that is a number, in JSON, in a query and in an error', async () => {
    const nodes = [
      {
        id: 'n',
        type: 'http',
        params: {
          url: `${ownOrigin()}/?pin=\${pin}`,
          method: 'POST',
          body: { pin: '${pin}', text: 'PIN ${pin}' },
        },
      },
    ];
    const flow = { inputs: { pin: { type: 'integer', secret: true } }, nodes };
    const serve: Answer = (request, response, body) => {
      response.writeHead(500, JSON_TYPE).end(`bad: ${body} ${request.url ?? ''}`);
    };
    const { log, error } = await run({ flow, options: { inputs: { pin: 94_817_263 } }, serve });
    expect([hits()[0]?.body.includes('94817263'), error !== undefined]).toEqual([true, true]);
    expect(log).not.toContain('94817263');
  });
});

describe('other inputs', () => {
  test.each([
    ['False', false],
    ['YES', true],
    ['0', false],
    ['tRuE', true],
  ])('the boolean %j', async (given, expected) => {
    const flow = {
      inputs: { b: { type: 'boolean' } },
      nodes: [{ id: 'n', type: 'echo', params: { data: '${b}' } }],
      outputs: { r: { source: '${n.data}' } },
    };
    expect((await run({ flow, options: { inputs: { b: given } } })).outcome?.output?.result).toEqual({
      r: expected,
    });
  });

  test('an action that its node cannot return is invalid', async () => {
    const nodes = ['a', 'b'].map((id) => ({ id, type: 'echo', params: { message: id } }));
    const flow = { nodes, edges: [{ from: 'a', to: 'b', action: 'eror' }] };
    expect((await run({ flow })).error?.code).toBe('WORKFLOW_INVALID');
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'the node id %j is as any other, or refused',
    async (id) => {
      const { outcome, error } = await run({
        flow: {
          nodes: [{ id, type: 'echo', params: { message: 'm' } }],
          outputs: { r: { source: `\${${id}.echo}` } },
        },
      });
      if (error === undefined) expect(outcome?.output?.result).toEqual({ r: 'm' });
      else expect(error.code).toBe('WORKFLOW_INVALID');
    },
  );
});
