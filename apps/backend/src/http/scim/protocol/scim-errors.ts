import { ApiError } from '@secret-store/api';
import type { FastifyReply } from 'fastify';
import { Types } from 'scimmy';
import { headersOf } from '../../errors/answer-errors.ts';
import { asApiError } from '../../errors/error-mapping.ts';

export const scimContentType = 'application/scim+json; charset=utf-8';

type ScimType =
  | 'uniqueness'
  | 'invalidFilter'
  | 'invalidPath'
  | 'invalidSyntax'
  | 'invalidValue'
  | 'mutability'
  | 'noTarget'
  | 'tooMany';

/** Something that the protocol has a word for (RFC 7644, section 3.12). */
export const scimProblem = (status: number, scimType: ScimType | null, detail: string): Error =>
  // the library's types leave out that there may be no word
  new Types.Error(status, scimType as string, detail);

/** What the library found wrong with the request. Its other errors are of types that the language has. */
const problemOf = (error: unknown): { status: number; scimType?: string | undefined; detail: string } | null => {
  if (!(error instanceof Types.Error)) return null;
  const { status, scimType, message } = error;
  return { status: Number(status), ...(scimType && { scimType: String(scimType) }), detail: message };
};

/** Of errors of ours: what is taken stands in the way of another one of the same name. */
const scimTypeOf = ({ status, field }: ApiError): ScimType | undefined =>
  status === 409 && field !== undefined ? 'uniqueness' : status === 400 ? 'invalidValue' : undefined;

/** Answers in the form of SCIM. @returns the error in the form of the rest of the store */
export const answerScimError = (reply: FastifyReply, error: unknown): ApiError => {
  const problem = problemOf(error);
  const apiError =
    problem === null
      ? asApiError(error)
      : new ApiError('InputValidationError', problem.detail, { status: problem.status });
  const scimType = problem === null ? scimTypeOf(apiError) : problem.scimType;
  void reply
    .code(apiError.status)
    .headers({ ...headersOf(apiError), ...(apiError.status === 401 && { 'www-authenticate': 'Bearer' }) })
    .type(scimContentType)
    .send({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(apiError.status),
      ...(scimType !== undefined && { scimType }),
      detail: apiError.message,
    });
  return apiError;
};
