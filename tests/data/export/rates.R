# SPDX-License-Identifier: EUPL-1.2
# Rscript rates.R > rates.csv: what trend.c must say of series whose periods are not equally long. R 4.2.2.
# A dot is a point that is not shown. quasi-Poisson with the days as offset where the earlier points (at least four) vary
# more than Poisson counts do; else poisson.test, with the p-value that fits its interval: twice the smaller tail.
series <- list(
	c("2025-01", "100 141"), c("2025-02", "100 141"), c("2025-02", "370 420"),
	c("2025-01", "392 300"), c("2024-01", "60 58 66 61 67 60 95"), c("2025-07", "100 100 100 100 100 100 100 141"),
	c("2025-01", "60 140 75 130 100 80 160"), c("2025-01", "400 300 520 380 410 290 470"),
	c("2025-01", "60 . 140 . 75 130 400 80"), c("2025-10", "12 30 55 20 80 90 11"), c("2025-Q1", "900 700 1100 1300 650 1400"),
	c("2024-Q1", "960 948 964 942 953 954 926"), c("2025-Q1", "500 620"), c("2023", "1000 1120"))

days_of <- function(first, n) {
	if (nchar(first) == 4)
		from <- seq(as.Date(paste0(first, "-01-01")), by = "year", length.out = n + 1)
	else if (grepl("Q", first))
		from <- seq(as.Date(paste0(substr(first, 1, 4), "-", 3 * as.integer(substr(first, 7, 7)) - 2, "-01")),
			by = "quarter", length.out = n + 1)
	else
		from <- seq(as.Date(paste0(first, "-01")), by = "month", length.out = n + 1)
	as.numeric(diff(from))
}

cat("first,series,dispersion,p_dispersion,overdispersed,p,low,high\n")
for (item in series) {
	n <- suppressWarnings(as.numeric(strsplit(item[2], " ")[[1]]))
	days <- days_of(item[1], length(n))
	last <- length(n)
	earlier <- sum(!is.na(n[seq_len(last - 2)]))
	dispersion <- p_dispersion <- NA
	if (earlier >= 4) {
		group <- relevel(factor(c(rep("earlier", last - 2), "before", "now")), ref = "before")
		fit <- glm(n ~ group + offset(log(days)), family = quasipoisson, control = glm.control(epsilon = 1e-12, maxit = 100))
		dispersion <- sum((n - fitted(fit)[as.character(seq_along(n))])^2 / fitted(fit)[as.character(seq_along(n))], na.rm = TRUE) / (earlier - 1)
		p_dispersion <- pchisq(dispersion * (earlier - 1), earlier - 1, lower.tail = FALSE)
	}
	is_over <- !is.na(dispersion) && dispersion > 1 && p_dispersion < 0.05
	if (is_over) {
		row <- coef(summary(fit, dispersion = dispersion))["groupnow", ]
		p <- 2 * pt(-abs(row[1] / row[2]), earlier - 1)
		range <- exp(row[1] + c(-1, 1) * qt(0.995, earlier - 1) * row[2])
	} else {
		both <- n[last - 1] + n[last]
		share <- days[last] / (days[last - 1] + days[last])
		p <- min(1, 2 * min(pbinom(n[last], both, share), pbinom(n[last] - 1, both, share, lower.tail = FALSE)))
		range <- poisson.test(n[c(last, last - 1)], days[c(last, last - 1)], conf.level = 0.99)$conf.int
	}
	cat(item[1], item[2], format(dispersion, digits = 12), format(p_dispersion, digits = 12), as.integer(is_over),
		format(p, digits = 12), format(range[1], digits = 12), format(range[2], digits = 12), sep = ",")
	cat("\n")
}
