#include <stdlib.h>

#include "zoo.h"

static char *
any_number(void)
{
    return malloc(1);
}

int
zoo_lucky(void)
{
    char  *number = any_number();
    int    lucky = 0;

    if (number != NULL && *number == 7) {
        lucky = 1;
    }

    free(number);
    return lucky;
}
