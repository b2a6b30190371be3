import { type Field, fieldsOf, typeInWords } from './describe-schema.ts';
import type { OpenApiDocument, Operation, ValueSchema } from './openapi-document.ts';

export interface Call {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** of the path and of the query */
  readonly parameters: readonly Field[];
  readonly body: readonly Field[];
  readonly answer: { readonly type: string; readonly fields: readonly Field[] } | null;
  /** the statuses of errors */
  readonly errors: readonly string[];
}

export interface CallGroup {
  readonly title: string;
  readonly calls: readonly Call[];
}

const schemaOf = ({
  content = {},
}: {
  readonly content?: Readonly<Record<string, { schema?: ValueSchema | undefined }>> | undefined;
}) => Object.values(content)[0]?.schema;

const callOf = (document: OpenApiDocument, [path, method, operation]: readonly [string, string, Operation]): Call => {
  const done = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
  const answered = done && schemaOf(done);
  const sent = operation.requestBody && schemaOf(operation.requestBody);
  return {
    id: `${method}${path.replaceAll(/[^A-Za-z0-9]+/g, '-')}`.replace(/-$/, ''),
    ...{ method: method.toUpperCase(), path, summary: operation.summary, description: operation.description ?? '' },
    parameters: operation.parameters.map(({ name, required, description, schema = {} }) => ({
      ...{
        name,
        type: typeInWords(schema),
        isRequired: required,
        description: description ?? schema.description ?? '',
      },
    })),
    body: sent === undefined ? [] : fieldsOf(document, sent),
    answer: answered === undefined ? null : { type: typeInWords(answered), fields: fieldsOf(document, answered) },
    errors: Object.keys(operation.responses).filter((status) => /^[45]/.test(status)),
  };
};

/** The calls of the API, by what they are about. */
export const listCalls = (document: OpenApiDocument): readonly CallGroup[] => {
  const groups = new Map<string, Call[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const title = operation.tags[0] ?? 'other';
      groups.set(title, [...(groups.get(title) ?? []), callOf(document, [path, method, operation])]);
    }
  }
  return [...groups].map(([title, calls]) => ({ title, calls }));
};
