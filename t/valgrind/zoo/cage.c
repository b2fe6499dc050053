#include <stdlib.h>

#include "zoo.h"

struct cage {
    size_t         bytes;
    unsigned char *floor;
    void          *spare[2];
};

struct cage *
cage_open(size_t bytes)
{
    struct cage  *c = calloc(1, sizeof(struct cage));

    if (c == NULL) {
        return NULL;
    }

    c->bytes = bytes;
    c->floor = calloc(1, bytes);
    return c;
}

void
cage_close(struct cage *c)
{
    free(c->floor);
    free(c);
}

void
cage_drop(struct cage *c)
{
    free(c);
}

int
cage_peek(const struct cage *c, size_t at)
{
    return c->floor[at];
}

int
cage_size(const struct cage *c)
{
    return (int) c->bytes;
}

int
cage_sum(const struct cage *c)
{
    int  sum = 0;

    for (size_t i = 0; i <= c->bytes; i++) {
        sum += c->floor[i];
    }

    return sum;
}
