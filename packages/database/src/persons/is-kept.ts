import type { PrismaClient, PrismaTransaction } from '../prisma.ts'

/** Asks table after table, those that know most people first. */
export async function isKept(prisma: PrismaClient | PrismaTransaction, personId: string): Promise<boolean> {
  const looks = [
    () => prisma.run.findFirst({ where: { subjectId: personId }, select: { uuid: true } }),
    () => prisma.person.findUnique({ where: { personId }, select: { personId: true } }),
    () => prisma.usernameReservation.findFirst({ where: { personId }, select: { username: true } }),
    () => prisma.archivedRun.findFirst({ where: { subjectId: personId }, select: { uuid: true } }),
    () => prisma.sysUser.findFirst({ where: { personId }, select: { sysUserId: true } }),
    () => prisma.credential.findFirst({ where: { personId }, select: { kind: true } }),
    () => prisma.importRow.findFirst({ where: { personId }, select: { rowNumber: true } }),
  ]
  for (const look of looks) if ((await look()) !== null) return true
  return false
}
