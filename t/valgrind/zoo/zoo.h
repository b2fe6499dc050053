/*
 * A library with every fault that a memory checker has to find, and the right way beside it. Lua calls it through FFI:
 * ../lib/zoo.lua repeats these declarations. Bytes are chosen so that each kind of block on the heap has a size of its
 * own: a report can be held against them.
 */

#ifndef ZOO_H
#define ZOO_H

#include <stddef.h>

/* note.c: texts on the heap */
void  zoo_note(const char *text);       /* FAULT: copies text and loses the copy */
char *zoo_label(const char *text);      /* a copy, which the caller has to free */
void  zoo_free(char *label);

/* cage.c: a handle, 32 bytes that own a buffer */
struct cage;

struct cage *cage_open(size_t bytes);   /* a buffer of zeros */
void cage_close(struct cage *c);
void cage_drop(struct cage *c);         /* FAULT: frees the handle and forgets the buffer */
int  cage_peek(const struct cage *c, size_t at);
int  cage_size(const struct cage *c);
int  cage_sum(const struct cage *c);    /* FAULT: reads one byte behind the buffer */

/* keeper.c: what is made once, and stays */
int  zoo_keepers(void);
int  zoo_remember(int more);            /* FAULT: one block, which gets longer with each call */

/* luck.c */
int  zoo_lucky(void);                   /* FAULT: branches on a byte that nobody has set */

/* race.c */
int  zoo_race(void);                    /* FAULT, for Helgrind and DRD: two threads count in one variable */

#endif
