#include <stdlib.h>

#include "zoo.h"

/* Reachable for as long as the library is loaded. LuaJIT unloads it when nginx ends, and then nothing points there. */
static int  *keepers;

int
zoo_keepers(void)
{
    if (keepers == NULL) {
        keepers = calloc(100, sizeof(int));
        if (keepers == NULL) {
            return -1;
        }

        keepers[0] = 7;
    }

    return keepers[0];
}

static char    *memory;
static size_t   remembered;

int
zoo_remember(int more)
{
    char  *longer = realloc(memory, remembered + more);

    if (longer == NULL) {
        return -1;
    }

    memory = longer;
    remembered += more;

    return 0;
}
