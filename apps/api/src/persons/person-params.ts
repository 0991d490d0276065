import { StudentCreateBody } from '@rollcall/provisioning'
import { z } from 'zod'

export const PersonParams = z.object({ personId: StudentCreateBody.shape.personId })
