import { answerList } from '../answer-list.ts'
import { findClass } from '../find-visible.ts'
import { graphErrors } from '../graph-errors.ts'
import { parseSelect } from '../odata.ts'
import { bodyOf, type GraphAnswer, type OperationContext } from '../operation.ts'
import { isClassProperty, showClass, showGroup } from '../views.ts'

const FILTERS = ['externalId', 'classCode', 'mailNickname']

/** GET /education/classes */
export function listClasses(context: OperationContext): GraphAnswer {
  const select = parseSelect({ parameters: context.request.query, known: isClassProperty, type: 'educationClass' })
  return answerList({
    context,
    records: context.directory.classes,
    index: context.directory.classIndex,
    filterable: FILTERS,
    resource: 'EducationClass',
    contextPath: 'education/classes',
    show: (record) => showClass({ record, select }),
  })
}

/** POST /education/classes: also makes the group behind it, under the same id. */
export function createClass(context: OperationContext): GraphAnswer {
  const body = bodyOf(context.request)
  for (const property of ['displayName', 'mailNickname']) {
    if (typeof body[property] !== 'string' || body[property] === '') throw graphErrors.missingValue(property)
  }
  for (const name of Object.keys(body)) if (!isClassProperty(name) || name === 'id') throw graphErrors.invalidProperty(name)
  const record = context.directory.createClass({ properties: { externalSource: 'manual', ...body } })
  return { status: 201, body: { '@odata.context': entityContext(context), ...showClass({ record }) } }
}

/** GET /education/classes/{id} */
export function getClass(context: OperationContext): GraphAnswer {
  const record = findClass({ context, key: context.parameters[0] ?? '' })
  const select = parseSelect({ parameters: context.request.query, known: isClassProperty, type: 'educationClass' })
  return { status: 200, body: { '@odata.context': entityContext(context), ...showClass({ record, select }) } }
}

/** GET /groups/{id} */
export function getGroup(context: OperationContext): GraphAnswer {
  const record = findClass({ context, key: context.parameters[0] ?? '' })
  return { status: 200, body: { '@odata.context': `${context.request.baseUrl}/$metadata#groups/$entity`, ...showGroup(record) } }
}

function entityContext(context: OperationContext): string {
  return `${context.request.baseUrl}/$metadata#education/classes/$entity`
}
