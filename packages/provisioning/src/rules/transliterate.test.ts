import { expect, test } from 'vitest'
import { transliterate } from './transliterate.ts'

test.each([
  ['Щерьо Юрданов', 'shteryo yurdanov'],
  ['Ъгленка Жечева', 'aglenka zhecheva'],
  ['Мария', 'maria'],
  ['Мария Цветкова', 'maria tsvetkova'],
  ['Илиян', 'iliyan'],
  ['Хаджийска', 'hadzhiyska'],
  ['José Łukasz Straße', 'jose lukasz strasse'],
  ['Τεστ', 'test'],
  ['Ђорђе', 'djordje'],
])('%s becomes %s', (name, latin) => expect(transliterate(name)).toBe(latin))

test('a decomposed letter reads like its composed form', () => {
  expect(transliterate('Йордан'.normalize('NFD'))).toBe('yordan')
})
