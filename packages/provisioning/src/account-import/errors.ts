import { defineErrorCodes } from '@rollcall/engine'

/** What can be wrong with an uploaded file, or with a row of it. */
export const importErrors = defineErrorCodes({
  IMPORT_FILE_EMPTY: {
    sentence: 'The file holds no rows.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'The sender sends the file with its header and at least one row.',
  },
  IMPORT_NOT_UTF8: {
    sentence: 'The file is not text in UTF-8. In Excel, save it as "CSV UTF-8 (comma delimited)"; elsewhere, choose UTF-8.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'The sender saves the file in UTF-8 and sends it again.',
  },
  IMPORT_HEADER_WRONG: {
    sentence: 'The header of the file does not name the columns that an import has.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'The sender corrects the first row of the file; docs/imports.md lists the columns.',
  },
  IMPORT_ROW_MALFORMED: {
    sentence: 'A row of the file cannot be told apart into its cells.',
    kind: 'terminal',
    httpStatus: 422,
    runbook:
      'The sender corrects the row that `row` names: usually a quotation mark that is not closed or not doubled, or a delimiter too many.',
  },
  IMPORT_TOO_MANY_ROWS: {
    sentence: 'The file has more rows than one import may have.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'The sender divides the file.',
  },
  IMPORT_TOO_LARGE: {
    sentence: 'The file is larger than one import may be.',
    kind: 'terminal',
    httpStatus: 413,
    runbook: 'The sender divides the file.',
  },
  IMPORT_INCOMPLETE: {
    sentence: 'The upload broke off before the end of the file.',
    kind: 'terminal',
    httpStatus: 400,
    runbook: 'The sender sends the file again; nothing of it was kept.',
  },
  IMPORT_NOT_FOUND: {
    sentence: 'There is no import with this id.',
    kind: 'terminal',
    httpStatus: 404,
    runbook: 'Check the id in `GET /imports`; an upstream system sees its own only.',
  },
  IMPORTS_BUSY: {
    sentence: 'As many files are being received as this instance takes at once.',
    kind: 'transient',
    httpStatus: 503,
    runbook: 'Nothing: the sender comes again after the pause in Retry-After. Run a second API where this lasts.',
  },
  INVALID_ROW: {
    sentence: 'The row holds something that is not allowed there.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'The school corrects the row in the result file and sends it again.',
  },
  PERSON_TWICE_IN_FILE: {
    sentence: 'The same person stands in an earlier row of the file.',
    kind: 'terminal',
    httpStatus: 422,
    runbook: 'The school takes one of the two rows out.',
  },
  ROW_ERASED: {
    sentence: 'The data of this row was erased before its account was begun.',
    kind: 'terminal',
    httpStatus: 409,
    runbook: 'Nothing: the person asked for the erasure.',
  },
  ROW_ERASED_MEANWHILE: {
    sentence: 'A row was erased in the moment in which its account was to be begun.',
    kind: 'transient',
    httpStatus: 500,
    runbook: 'Nothing; the next try refuses that row and begins the others.',
  },
})
